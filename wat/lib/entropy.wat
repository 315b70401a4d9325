;; ---- entropy

(func $lane_sum! (param $lanes v128) (result i32)
  (i32.add
    (i32.add
      (i32x4.extract_lane 0 (local.get $lanes))
      (i32x4.extract_lane 1 (local.get $lanes)))
    (i32.add
      (i32x4.extract_lane 2 (local.get $lanes))
      (i32x4.extract_lane 3 (local.get $lanes)))))

;; x log2 x of four numbers, to some thousandths; of 0 it is 0. With m the mantissa less one,
;; log2 (1 + m) = m + 0.3431 m (1 - m), more or less.
(func $x_log2_x! (param $x v128) (result v128)
  (local $m v128)
  (local.set $m
    (f32x4.sub
      (v128.or
        (v128.and (local.get $x) (v128.const i32x4 0x7fffff 0x7fffff 0x7fffff 0x7fffff))
        (v128.const f32x4 1 1 1 1))
      (v128.const f32x4 1 1 1 1)))
  (f32x4.mul
    (local.get $x)
    (f32x4.add
      ;; The bits of a float, as a number, are 2^23 (exponent + 127 + m).
      (f32x4.sub
        (f32x4.mul
          (f32x4.convert_i32x4_s (local.get $x))
          (v128.const f32x4 0x1p-23 0x1p-23 0x1p-23 0x1p-23))
        (v128.const f32x4 127 127 127 127))
      (f32x4.mul
        (f32x4.mul (local.get $m) (v128.const f32x4 0.3431 0.3431 0.3431 0.3431))
        (f32x4.sub (v128.const f32x4 1 1 1 1) (local.get $m))))))
