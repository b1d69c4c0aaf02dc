declare <4 x double> @llvm.fma.v4f64(<4 x double>, <4 x double>, <4 x double>)

define void @rates(ptr %x, ptr %y) nounwind {
entry:
  %v1 = getelementptr [8 x i8], ptr %x, i64 4
  %v2 = load <4 x double>, ptr %v1, align 8
  %v3 = getelementptr [8 x i8], ptr %x, i64 8
  %v4 = load <4 x double>, ptr %v3, align 8
  %v5 = getelementptr [8 x i8], ptr %x, i64 12
  %v6 = load <4 x double>, ptr %v5, align 8
  %v7 = getelementptr [8 x i8], ptr %x, i64 16
  %v8 = load <4 x double>, ptr %v7, align 8
  %v9 = getelementptr [8 x i8], ptr %x, i64 20
  %v10 = load <4 x double>, ptr %v9, align 8
  %v11 = getelementptr [8 x i8], ptr %x, i64 24
  %v12 = load <4 x double>, ptr %v11, align 8
  %v13 = fsub <4 x double> %v4, %v2
  %v14 = fsub <4 x double> %v10, %v6
  %v15 = fneg <4 x double> %v4
  %v16 = call <4 x double> @llvm.fma.v4f64(<4 x double> %v2, <4 x double> %v14, <4 x double> %v15)
  %v17 = fmul <4 x double> %v2, %v4
  %v18 = fmul <4 x double> %v12, %v6
  %v19 = fsub <4 x double> %v17, %v18
  %v20 = fmul <4 x double> %v8, %v13
  store <4 x double> %v20, ptr %y, align 8
  %v21 = getelementptr [8 x i8], ptr %y, i64 4
  store <4 x double> %v16, ptr %v21, align 8
  %v22 = getelementptr [8 x i8], ptr %y, i64 8
  store <4 x double> %v19, ptr %v22, align 8
  ret void
}
