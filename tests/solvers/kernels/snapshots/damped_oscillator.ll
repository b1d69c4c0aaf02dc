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
  %v11 = fmul <4 x double> %v8, %v4
  %v12 = call <4 x double> @llvm.fma.v4f64(<4 x double> %v10, <4 x double> %v2, <4 x double> %v11)
  %v13 = fdiv <4 x double> %v12, %v6
  %v14 = fneg <4 x double> %v13
  store <4 x double> %v4, ptr %y, align 8
  %v15 = getelementptr [8 x i8], ptr %y, i64 4
  store <4 x double> %v14, ptr %v15, align 8
  ret void
}
