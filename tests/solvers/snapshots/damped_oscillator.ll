
define void @rates(ptr %x, ptr %y) {
entry:
  %v1 = getelementptr i8, ptr %x, i64 32
  %v2 = load <4 x double>, ptr %v1, align 8
  %v3 = getelementptr i8, ptr %x, i64 64
  %v4 = load <4 x double>, ptr %v3, align 8
  %v5 = getelementptr i8, ptr %x, i64 96
  %v6 = load <4 x double>, ptr %v5, align 8
  %v7 = getelementptr i8, ptr %x, i64 128
  %v8 = load <4 x double>, ptr %v7, align 8
  %v9 = getelementptr i8, ptr %x, i64 160
  %v10 = load <4 x double>, ptr %v9, align 8
  %v11 = fmul <4 x double> %v8, %v4
  %v12 = fmul <4 x double> %v10, %v2
  %v13 = fadd <4 x double> %v11, %v12
  %v14 = fdiv <4 x double> %v13, %v6
  %v15 = fneg <4 x double> %v14
  %v16 = getelementptr i8, ptr %y, i64 0
  store <4 x double> %v4, ptr %v16, align 8
  %v17 = getelementptr i8, ptr %y, i64 32
  store <4 x double> %v15, ptr %v17, align 8
  ret void
}
