;; ---- AES (FIPS 197), eight blocks at a time

;; Bitsliced (Kaesper and Schwabe 2009): eight vectors are the planes of eight blocks. Plane b has
;; the bits b of all bytes: bit i of its byte j is that of byte j of block i. So the S-box is a
;; circuit of `and` and `xor`, as long for every byte, and what moves whole bytes is a shuffle of
;; each plane.
;;
;; Rows are not shifted: the columns stand where they stood, and it is the shuffles of MixColumns
;; that look for them there (fixslicing, Adomnicai and Peyrin 2020). After n rounds the byte of row
;; r and column c stands where row r and column c + n r would; so there are four kinds of rounds,
;; and the keys are arranged as their round finds the bytes.

;; How many bytes a round's key has: eight planes.
(global $PLANES_SIZE i32 (i32.const 128))

;; The bits of the constant of the S-box: its circuit leaves them to the keys of the rounds.
(func $sbox_constant! (result v128)
  (i8x16.splat (i32.const 0x63)))

;; ---- the rounds

;; The S-box but for its constant, from plane 7 to plane 0: the circuit of Boyar and Peralta (2011),
;; whose names these are, with 115 gates. First what is linear, then an inversion in GF(2^4), then
;; what is linear again. As long as the circuit is.
(func $substitute!
  (param $x0 v128) (param $x1 v128) (param $x2 v128) (param $x3 v128)
  (param $x4 v128) (param $x5 v128) (param $x6 v128) (param $x7 v128)
  (result v128 v128 v128 v128 v128 v128 v128 v128)
  (local $y14 v128)
  (local $y13 v128)
  (local $y9 v128)
  (local $y8 v128)
  (local $t0 v128)
  (local $y1 v128)
  (local $y4 v128)
  (local $y12 v128)
  (local $y2 v128)
  (local $y5 v128)
  (local $y3 v128)
  (local $t1 v128)
  (local $y15 v128)
  (local $y20 v128)
  (local $y6 v128)
  (local $y10 v128)
  (local $y11 v128)
  (local $y7 v128)
  (local $y17 v128)
  (local $y19 v128)
  (local $y16 v128)
  (local $y21 v128)
  (local $y18 v128)
  (local $t2 v128)
  (local $t3 v128)
  (local $t4 v128)
  (local $t5 v128)
  (local $t6 v128)
  (local $t7 v128)
  (local $t8 v128)
  (local $t9 v128)
  (local $t10 v128)
  (local $t11 v128)
  (local $t12 v128)
  (local $t13 v128)
  (local $t14 v128)
  (local $t15 v128)
  (local $t16 v128)
  (local $t17 v128)
  (local $t18 v128)
  (local $t19 v128)
  (local $t20 v128)
  (local $t21 v128)
  (local $t22 v128)
  (local $t23 v128)
  (local $t24 v128)
  (local $t25 v128)
  (local $t26 v128)
  (local $t27 v128)
  (local $t28 v128)
  (local $t29 v128)
  (local $t30 v128)
  (local $t31 v128)
  (local $t32 v128)
  (local $t33 v128)
  (local $t34 v128)
  (local $t35 v128)
  (local $t36 v128)
  (local $t37 v128)
  (local $t38 v128)
  (local $t39 v128)
  (local $t40 v128)
  (local $t41 v128)
  (local $t42 v128)
  (local $t43 v128)
  (local $t44 v128)
  (local $t45 v128)
  (local $z0 v128)
  (local $z1 v128)
  (local $z2 v128)
  (local $z3 v128)
  (local $z4 v128)
  (local $z5 v128)
  (local $z6 v128)
  (local $z7 v128)
  (local $z8 v128)
  (local $z9 v128)
  (local $z10 v128)
  (local $z11 v128)
  (local $z12 v128)
  (local $z13 v128)
  (local $z14 v128)
  (local $z15 v128)
  (local $z16 v128)
  (local $z17 v128)
  (local $t46 v128)
  (local $t47 v128)
  (local $t48 v128)
  (local $t49 v128)
  (local $t50 v128)
  (local $t51 v128)
  (local $t52 v128)
  (local $t53 v128)
  (local $t54 v128)
  (local $t55 v128)
  (local $t56 v128)
  (local $t57 v128)
  (local $t58 v128)
  (local $t59 v128)
  (local $t60 v128)
  (local $t61 v128)
  (local $t62 v128)
  (local $t63 v128)
  (local $t64 v128)
  (local $t65 v128)
  (local $t66 v128)
  (local $s0 v128)
  (local $s6 v128)
  (local $s7 v128)
  (local $t67 v128)
  (local $s3 v128)
  (local $s4 v128)
  (local $s5 v128)
  (local $s1 v128)
  (local $s2 v128)
  (local.set $y14 (v128.xor (local.get $x3) (local.get $x5)))
  (local.set $y13 (v128.xor (local.get $x0) (local.get $x6)))
  (local.set $y9 (v128.xor (local.get $x0) (local.get $x3)))
  (local.set $y8 (v128.xor (local.get $x0) (local.get $x5)))
  (local.set $t0 (v128.xor (local.get $x1) (local.get $x2)))
  (local.set $y1 (v128.xor (local.get $t0) (local.get $x7)))
  (local.set $y4 (v128.xor (local.get $y1) (local.get $x3)))
  (local.set $y12 (v128.xor (local.get $y13) (local.get $y14)))
  (local.set $y2 (v128.xor (local.get $y1) (local.get $x0)))
  (local.set $y5 (v128.xor (local.get $y1) (local.get $x6)))
  (local.set $y3 (v128.xor (local.get $y5) (local.get $y8)))
  (local.set $t1 (v128.xor (local.get $x4) (local.get $y12)))
  (local.set $y15 (v128.xor (local.get $t1) (local.get $x5)))
  (local.set $y20 (v128.xor (local.get $t1) (local.get $x1)))
  (local.set $y6 (v128.xor (local.get $y15) (local.get $x7)))
  (local.set $y10 (v128.xor (local.get $y15) (local.get $t0)))
  (local.set $y11 (v128.xor (local.get $y20) (local.get $y9)))
  (local.set $y7 (v128.xor (local.get $x7) (local.get $y11)))
  (local.set $y17 (v128.xor (local.get $y10) (local.get $y11)))
  (local.set $y19 (v128.xor (local.get $y10) (local.get $y8)))
  (local.set $y16 (v128.xor (local.get $t0) (local.get $y11)))
  (local.set $y21 (v128.xor (local.get $y13) (local.get $y16)))
  (local.set $y18 (v128.xor (local.get $x0) (local.get $y16)))
  (local.set $t2 (v128.and (local.get $y12) (local.get $y15)))
  (local.set $t3 (v128.and (local.get $y3) (local.get $y6)))
  (local.set $t4 (v128.xor (local.get $t3) (local.get $t2)))
  (local.set $t5 (v128.and (local.get $y4) (local.get $x7)))
  (local.set $t6 (v128.xor (local.get $t5) (local.get $t2)))
  (local.set $t7 (v128.and (local.get $y13) (local.get $y16)))
  (local.set $t8 (v128.and (local.get $y5) (local.get $y1)))
  (local.set $t9 (v128.xor (local.get $t8) (local.get $t7)))
  (local.set $t10 (v128.and (local.get $y2) (local.get $y7)))
  (local.set $t11 (v128.xor (local.get $t10) (local.get $t7)))
  (local.set $t12 (v128.and (local.get $y9) (local.get $y11)))
  (local.set $t13 (v128.and (local.get $y14) (local.get $y17)))
  (local.set $t14 (v128.xor (local.get $t13) (local.get $t12)))
  (local.set $t15 (v128.and (local.get $y8) (local.get $y10)))
  (local.set $t16 (v128.xor (local.get $t15) (local.get $t12)))
  (local.set $t17 (v128.xor (local.get $t4) (local.get $t14)))
  (local.set $t18 (v128.xor (local.get $t6) (local.get $t16)))
  (local.set $t19 (v128.xor (local.get $t9) (local.get $t14)))
  (local.set $t20 (v128.xor (local.get $t11) (local.get $t16)))
  (local.set $t21 (v128.xor (local.get $t17) (local.get $y20)))
  (local.set $t22 (v128.xor (local.get $t18) (local.get $y19)))
  (local.set $t23 (v128.xor (local.get $t19) (local.get $y21)))
  (local.set $t24 (v128.xor (local.get $t20) (local.get $y18)))
  (local.set $t25 (v128.xor (local.get $t21) (local.get $t22)))
  (local.set $t26 (v128.and (local.get $t21) (local.get $t23)))
  (local.set $t27 (v128.xor (local.get $t24) (local.get $t26)))
  (local.set $t28 (v128.and (local.get $t25) (local.get $t27)))
  (local.set $t29 (v128.xor (local.get $t28) (local.get $t22)))
  (local.set $t30 (v128.xor (local.get $t23) (local.get $t24)))
  (local.set $t31 (v128.xor (local.get $t22) (local.get $t26)))
  (local.set $t32 (v128.and (local.get $t31) (local.get $t30)))
  (local.set $t33 (v128.xor (local.get $t32) (local.get $t24)))
  (local.set $t34 (v128.xor (local.get $t23) (local.get $t33)))
  (local.set $t35 (v128.xor (local.get $t27) (local.get $t33)))
  (local.set $t36 (v128.and (local.get $t24) (local.get $t35)))
  (local.set $t37 (v128.xor (local.get $t36) (local.get $t34)))
  (local.set $t38 (v128.xor (local.get $t27) (local.get $t36)))
  (local.set $t39 (v128.and (local.get $t29) (local.get $t38)))
  (local.set $t40 (v128.xor (local.get $t25) (local.get $t39)))
  (local.set $t41 (v128.xor (local.get $t40) (local.get $t37)))
  (local.set $t42 (v128.xor (local.get $t29) (local.get $t33)))
  (local.set $t43 (v128.xor (local.get $t29) (local.get $t40)))
  (local.set $t44 (v128.xor (local.get $t33) (local.get $t37)))
  (local.set $t45 (v128.xor (local.get $t42) (local.get $t41)))
  (local.set $z0 (v128.and (local.get $t44) (local.get $y15)))
  (local.set $z1 (v128.and (local.get $t37) (local.get $y6)))
  (local.set $z2 (v128.and (local.get $t33) (local.get $x7)))
  (local.set $z3 (v128.and (local.get $t43) (local.get $y16)))
  (local.set $z4 (v128.and (local.get $t40) (local.get $y1)))
  (local.set $z5 (v128.and (local.get $t29) (local.get $y7)))
  (local.set $z6 (v128.and (local.get $t42) (local.get $y11)))
  (local.set $z7 (v128.and (local.get $t45) (local.get $y17)))
  (local.set $z8 (v128.and (local.get $t41) (local.get $y10)))
  (local.set $z9 (v128.and (local.get $t44) (local.get $y12)))
  (local.set $z10 (v128.and (local.get $t37) (local.get $y3)))
  (local.set $z11 (v128.and (local.get $t33) (local.get $y4)))
  (local.set $z12 (v128.and (local.get $t43) (local.get $y13)))
  (local.set $z13 (v128.and (local.get $t40) (local.get $y5)))
  (local.set $z14 (v128.and (local.get $t29) (local.get $y2)))
  (local.set $z15 (v128.and (local.get $t42) (local.get $y9)))
  (local.set $z16 (v128.and (local.get $t45) (local.get $y14)))
  (local.set $z17 (v128.and (local.get $t41) (local.get $y8)))
  (local.set $t46 (v128.xor (local.get $z15) (local.get $z16)))
  (local.set $t47 (v128.xor (local.get $z10) (local.get $z11)))
  (local.set $t48 (v128.xor (local.get $z5) (local.get $z13)))
  (local.set $t49 (v128.xor (local.get $z9) (local.get $z10)))
  (local.set $t50 (v128.xor (local.get $z2) (local.get $z12)))
  (local.set $t51 (v128.xor (local.get $z2) (local.get $z5)))
  (local.set $t52 (v128.xor (local.get $z7) (local.get $z8)))
  (local.set $t53 (v128.xor (local.get $z0) (local.get $z3)))
  (local.set $t54 (v128.xor (local.get $z6) (local.get $z7)))
  (local.set $t55 (v128.xor (local.get $z16) (local.get $z17)))
  (local.set $t56 (v128.xor (local.get $z12) (local.get $t48)))
  (local.set $t57 (v128.xor (local.get $t50) (local.get $t53)))
  (local.set $t58 (v128.xor (local.get $z4) (local.get $t46)))
  (local.set $t59 (v128.xor (local.get $z3) (local.get $t54)))
  (local.set $t60 (v128.xor (local.get $t46) (local.get $t57)))
  (local.set $t61 (v128.xor (local.get $z14) (local.get $t57)))
  (local.set $t62 (v128.xor (local.get $t52) (local.get $t58)))
  (local.set $t63 (v128.xor (local.get $t49) (local.get $t58)))
  (local.set $t64 (v128.xor (local.get $z4) (local.get $t59)))
  (local.set $t65 (v128.xor (local.get $t61) (local.get $t62)))
  (local.set $t66 (v128.xor (local.get $z1) (local.get $t63)))
  (local.set $s0 (v128.xor (local.get $t59) (local.get $t63)))
  (local.set $s6 (v128.xor (local.get $t56) (local.get $t62)))
  (local.set $s7 (v128.xor (local.get $t48) (local.get $t60)))
  (local.set $t67 (v128.xor (local.get $t64) (local.get $t65)))
  (local.set $s3 (v128.xor (local.get $t53) (local.get $t66)))
  (local.set $s4 (v128.xor (local.get $t51) (local.get $t66)))
  (local.set $s5 (v128.xor (local.get $t47) (local.get $t65)))
  (local.set $s1 (v128.xor (local.get $t64) (local.get $s3)))
  (local.set $s2 (v128.xor (local.get $t55) (local.get $t67)))
  (local.get $s0)
  (local.get $s1)
  (local.get $s2)
  (local.get $s3)
  (local.get $s4)
  (local.get $s5)
  (local.get $s6)
  (local.get $s7))

;; The row below, in a round of the number n modulo 4: of each byte, the one of the next row in its
;; column.
(func $row_below! (param $plane v128) (param $n i32) (result v128)
  (if (result v128) (i32.eq (i32.and (local.get $n) (i32.const 3)) (i32.const 0))
    (then
      (i8x16.shuffle 1 2 3 0 5 6 7 4 9 10 11 8 13 14 15 12 (local.get $plane) (local.get $plane)))
    (else
      (if (result v128) (i32.eq (i32.and (local.get $n) (i32.const 3)) (i32.const 1))
        (then
          (i8x16.shuffle 5 6 7 4 9 10 11 8 13 14 15 12 1 2 3 0
            (local.get $plane)
            (local.get $plane)))
        (else
          (if (result v128) (i32.eq (i32.and (local.get $n) (i32.const 3)) (i32.const 2))
            (then
              (i8x16.shuffle 9 10 11 8 13 14 15 12 1 2 3 0 5 6 7 4
                (local.get $plane)
                (local.get $plane)))
            (else
              (i8x16.shuffle 13 14 15 12 1 2 3 0 5 6 7 4 9 10 11 8
                (local.get $plane)
                (local.get $plane)))))))))

;; The same for the row below that.
(func $second_row_below! (param $plane v128) (param $n i32) (result v128)
  (if (result v128) (i32.and (local.get $n) (i32.const 1))
    (then
      (i8x16.shuffle 10 11 8 9 14 15 12 13 2 3 0 1 6 7 4 5 (local.get $plane) (local.get $plane)))
    (else
      (i8x16.shuffle 2 3 0 1 6 7 4 5 10 11 8 9 14 15 12 13 (local.get $plane) (local.get $plane)))))

;; A plane of a round's key.
(func $key_plane! (param $key_ptr i32) (param $plane i32) (result v128)
  (v128.load (call $at! (local.get $key_ptr) (i32.shl (local.get $plane) (i32.const 4)))))

;; One plane of what MixColumns and the key make of the bytes a, b below, c and d, which is
;; 2 a + 3 b + c + d = b + (c + d) + 2 (a + b). Where t is a + b, c + d is the t of the second row
;; below; twice t is the t of the plane below, and that of plane 7 for the bits of the polynomial,
;; 0x1b.
(func $mix! (param $b v128) (param $c_d v128) (param $twice v128) (param $key v128) (result v128)
  (v128.xor
    (v128.xor (local.get $b) (local.get $c_d))
    (v128.xor (local.get $twice) (local.get $key))))

;; Encrypts the eight blocks whose planes are in `planes`, and xors them with the 128 bytes at
;; src_ptr to dst_ptr; these may be the same. The key of the last round is at last_key_ptr. The loop
;; over four rounds ends after the first of them: there are nine or thirteen, and a last one without
;; MixColumns. Longer than a screen, as a state is eight vectors.
(func $encrypt_planes (param $src_ptr i32) (param $dst_ptr i32) (param $last_key_ptr i32)
  (local $key_ptr i32)
  (local $n i32) ;; which of four rounds
  (local $p0 v128)
  (local $p1 v128)
  (local $p2 v128)
  (local $p3 v128)
  (local $p4 v128)
  (local $p5 v128)
  (local $p6 v128)
  (local $p7 v128)
  (local $b0 v128)
  (local $b1 v128)
  (local $b2 v128)
  (local $b3 v128)
  (local $b4 v128)
  (local $b5 v128)
  (local $b6 v128)
  (local $b7 v128)
  (local $t0 v128)
  (local $t1 v128)
  (local $t2 v128)
  (local $t3 v128)
  (local $t4 v128)
  (local $t5 v128)
  (local $t6 v128)
  (local $t7 v128)
  (local.set $p0
    (v128.xor
      (call $key_plane! (global.get $PLANES) (i32.const 0))
      (call $key_plane! (global.get $ROUND_KEYS) (i32.const 0))))
  (local.set $p1
    (v128.xor
      (call $key_plane! (global.get $PLANES) (i32.const 1))
      (call $key_plane! (global.get $ROUND_KEYS) (i32.const 1))))
  (local.set $p2
    (v128.xor
      (call $key_plane! (global.get $PLANES) (i32.const 2))
      (call $key_plane! (global.get $ROUND_KEYS) (i32.const 2))))
  (local.set $p3
    (v128.xor
      (call $key_plane! (global.get $PLANES) (i32.const 3))
      (call $key_plane! (global.get $ROUND_KEYS) (i32.const 3))))
  (local.set $p4
    (v128.xor
      (call $key_plane! (global.get $PLANES) (i32.const 4))
      (call $key_plane! (global.get $ROUND_KEYS) (i32.const 4))))
  (local.set $p5
    (v128.xor
      (call $key_plane! (global.get $PLANES) (i32.const 5))
      (call $key_plane! (global.get $ROUND_KEYS) (i32.const 5))))
  (local.set $p6
    (v128.xor
      (call $key_plane! (global.get $PLANES) (i32.const 6))
      (call $key_plane! (global.get $ROUND_KEYS) (i32.const 6))))
  (local.set $p7
    (v128.xor
      (call $key_plane! (global.get $PLANES) (i32.const 7))
      (call $key_plane! (global.get $ROUND_KEYS) (i32.const 7))))
  (local.set $key_ptr (i32.add (global.get $ROUND_KEYS) (global.get $PLANES_SIZE)))
  (block $last_round
    (loop $four_rounds
      (local.set $n (i32.const 1))
      (loop $round!
        (call $substitute!
          (local.get $p7) (local.get $p6) (local.get $p5) (local.get $p4)
          (local.get $p3) (local.get $p2) (local.get $p1) (local.get $p0))
        (local.set $p0)
        (local.set $p1)
        (local.set $p2)
        (local.set $p3)
        (local.set $p4)
        (local.set $p5)
        (local.set $p6)
        (local.set $p7)
        (local.set $b0 (call $row_below! (local.get $p0) (local.get $n)))
        (local.set $b1 (call $row_below! (local.get $p1) (local.get $n)))
        (local.set $b2 (call $row_below! (local.get $p2) (local.get $n)))
        (local.set $b3 (call $row_below! (local.get $p3) (local.get $n)))
        (local.set $b4 (call $row_below! (local.get $p4) (local.get $n)))
        (local.set $b5 (call $row_below! (local.get $p5) (local.get $n)))
        (local.set $b6 (call $row_below! (local.get $p6) (local.get $n)))
        (local.set $b7 (call $row_below! (local.get $p7) (local.get $n)))
        (local.set $t0 (v128.xor (local.get $p0) (local.get $b0)))
        (local.set $t1 (v128.xor (local.get $p1) (local.get $b1)))
        (local.set $t2 (v128.xor (local.get $p2) (local.get $b2)))
        (local.set $t3 (v128.xor (local.get $p3) (local.get $b3)))
        (local.set $t4 (v128.xor (local.get $p4) (local.get $b4)))
        (local.set $t5 (v128.xor (local.get $p5) (local.get $b5)))
        (local.set $t6 (v128.xor (local.get $p6) (local.get $b6)))
        (local.set $t7 (v128.xor (local.get $p7) (local.get $b7)))
        (local.set $p0
          (call $mix!
            (local.get $b0)
            (call $second_row_below! (local.get $t0) (local.get $n))
            (local.get $t7)
            (call $key_plane! (local.get $key_ptr) (i32.const 0))))
        (local.set $p1
          (call $mix!
            (local.get $b1)
            (call $second_row_below! (local.get $t1) (local.get $n))
            (v128.xor (local.get $t0) (local.get $t7))
            (call $key_plane! (local.get $key_ptr) (i32.const 1))))
        (local.set $p2
          (call $mix!
            (local.get $b2)
            (call $second_row_below! (local.get $t2) (local.get $n))
            (local.get $t1)
            (call $key_plane! (local.get $key_ptr) (i32.const 2))))
        (local.set $p3
          (call $mix!
            (local.get $b3)
            (call $second_row_below! (local.get $t3) (local.get $n))
            (v128.xor (local.get $t2) (local.get $t7))
            (call $key_plane! (local.get $key_ptr) (i32.const 3))))
        (local.set $p4
          (call $mix!
            (local.get $b4)
            (call $second_row_below! (local.get $t4) (local.get $n))
            (v128.xor (local.get $t3) (local.get $t7))
            (call $key_plane! (local.get $key_ptr) (i32.const 4))))
        (local.set $p5
          (call $mix!
            (local.get $b5)
            (call $second_row_below! (local.get $t5) (local.get $n))
            (local.get $t4)
            (call $key_plane! (local.get $key_ptr) (i32.const 5))))
        (local.set $p6
          (call $mix!
            (local.get $b6)
            (call $second_row_below! (local.get $t6) (local.get $n))
            (local.get $t5)
            (call $key_plane! (local.get $key_ptr) (i32.const 6))))
        (local.set $p7
          (call $mix!
            (local.get $b7)
            (call $second_row_below! (local.get $t7) (local.get $n))
            (local.get $t6)
            (call $key_plane! (local.get $key_ptr) (i32.const 7))))
        (local.set $key_ptr (i32.add (local.get $key_ptr) (global.get $PLANES_SIZE)))
        (if (i32.eq (local.get $n) (i32.const 1))
          (then (br_if $last_round (i32.eq (local.get $key_ptr) (local.get $last_key_ptr)))))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $round! (i32.le_u (local.get $n) (i32.const 4))))
      (br $four_rounds)))
  (call $substitute!
    (local.get $p7) (local.get $p6) (local.get $p5) (local.get $p4)
    (local.get $p3) (local.get $p2) (local.get $p1) (local.get $p0))
  (local.set $p0)
  (local.set $p1)
  (local.set $p2)
  (local.set $p3)
  (local.set $p4)
  (local.set $p5)
  (local.set $p6)
  (local.set $p7)
  (call $transpose_bits!
    (v128.xor (local.get $p0) (call $key_plane! (local.get $key_ptr) (i32.const 0)))
    (v128.xor (local.get $p1) (call $key_plane! (local.get $key_ptr) (i32.const 1)))
    (v128.xor (local.get $p2) (call $key_plane! (local.get $key_ptr) (i32.const 2)))
    (v128.xor (local.get $p3) (call $key_plane! (local.get $key_ptr) (i32.const 3)))
    (v128.xor (local.get $p4) (call $key_plane! (local.get $key_ptr) (i32.const 4)))
    (v128.xor (local.get $p5) (call $key_plane! (local.get $key_ptr) (i32.const 5)))
    (v128.xor (local.get $p6) (call $key_plane! (local.get $key_ptr) (i32.const 6)))
    (v128.xor (local.get $p7) (call $key_plane! (local.get $key_ptr) (i32.const 7))))
  (local.set $p7)
  (local.set $p6)
  (local.set $p5)
  (local.set $p4)
  (local.set $p3)
  (local.set $p2)
  (local.set $p1)
  (local.set $p0)
  (call $xor_block! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 0) (local.get $p0))
  (call $xor_block! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 16) (local.get $p1))
  (call $xor_block! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 32) (local.get $p2))
  (call $xor_block! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 48) (local.get $p3))
  (call $xor_block! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 64) (local.get $p4))
  (call $xor_block! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 80) (local.get $p5))
  (call $xor_block! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 96) (local.get $p6))
  (call $xor_block! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 112) (local.get $p7)))

;; Rows stand shifted after the last round, as its number is even but not a multiple of 4: every
;; other one by two columns.
(func $xor_block! (param $src_ptr i32) (param $dst_ptr i32) (param $offset i32) (param $block v128)
  (call $xor_16!
    (call $at! (local.get $src_ptr) (local.get $offset))
    (call $at! (local.get $dst_ptr) (local.get $offset))
    (i8x16.shuffle 0 9 2 11 4 13 6 15 8 1 10 3 12 5 14 7 (local.get $block) (local.get $block))))

;; ---- blocks and planes

;; Exchanges the bits of `a` that `mask` has after a shift to the right by `count` with those of `b`
;; that it has.
(func $swap_bits! (param $a v128) (param $b v128) (param $count i32) (param $mask v128)
  (result v128 v128)
  (local $change v128)
  (local.set $change
    (v128.and
      (v128.xor (i64x2.shr_u (local.get $a) (local.get $count)) (local.get $b))
      (local.get $mask)))
  (v128.xor (local.get $a) (i64x2.shl (local.get $change) (local.get $count)))
  (v128.xor (local.get $b) (local.get $change)))

;; The planes of eight blocks, or the blocks of eight planes: byte by byte, bit i of vector k
;; becomes bit k of vector i.
(func $transpose_bits!
  (param $v0 v128) (param $v1 v128) (param $v2 v128) (param $v3 v128)
  (param $v4 v128) (param $v5 v128) (param $v6 v128) (param $v7 v128)
  (result v128 v128 v128 v128 v128 v128 v128 v128)
  (call $swap_bits! (local.get $v0) (local.get $v1) (i32.const 1)
    (v128.const i64x2 0x5555555555555555 0x5555555555555555))
  (local.set $v1)
  (local.set $v0)
  (call $swap_bits! (local.get $v2) (local.get $v3) (i32.const 1)
    (v128.const i64x2 0x5555555555555555 0x5555555555555555))
  (local.set $v3)
  (local.set $v2)
  (call $swap_bits! (local.get $v4) (local.get $v5) (i32.const 1)
    (v128.const i64x2 0x5555555555555555 0x5555555555555555))
  (local.set $v5)
  (local.set $v4)
  (call $swap_bits! (local.get $v6) (local.get $v7) (i32.const 1)
    (v128.const i64x2 0x5555555555555555 0x5555555555555555))
  (local.set $v7)
  (local.set $v6)
  (call $swap_bits! (local.get $v0) (local.get $v2) (i32.const 2)
    (v128.const i64x2 0x3333333333333333 0x3333333333333333))
  (local.set $v2)
  (local.set $v0)
  (call $swap_bits! (local.get $v1) (local.get $v3) (i32.const 2)
    (v128.const i64x2 0x3333333333333333 0x3333333333333333))
  (local.set $v3)
  (local.set $v1)
  (call $swap_bits! (local.get $v4) (local.get $v6) (i32.const 2)
    (v128.const i64x2 0x3333333333333333 0x3333333333333333))
  (local.set $v6)
  (local.set $v4)
  (call $swap_bits! (local.get $v5) (local.get $v7) (i32.const 2)
    (v128.const i64x2 0x3333333333333333 0x3333333333333333))
  (local.set $v7)
  (local.set $v5)
  (call $swap_bits! (local.get $v0) (local.get $v4) (i32.const 4)
    (v128.const i64x2 0x0f0f0f0f0f0f0f0f 0x0f0f0f0f0f0f0f0f))
  (local.set $v4)
  (local.set $v0)
  (call $swap_bits! (local.get $v1) (local.get $v5) (i32.const 4)
    (v128.const i64x2 0x0f0f0f0f0f0f0f0f 0x0f0f0f0f0f0f0f0f))
  (local.set $v5)
  (local.set $v1)
  (call $swap_bits! (local.get $v2) (local.get $v6) (i32.const 4)
    (v128.const i64x2 0x0f0f0f0f0f0f0f0f 0x0f0f0f0f0f0f0f0f))
  (local.set $v6)
  (local.set $v2)
  (call $swap_bits! (local.get $v3) (local.get $v7) (i32.const 4)
    (v128.const i64x2 0x0f0f0f0f0f0f0f0f 0x0f0f0f0f0f0f0f0f))
  (local.set $v7)
  (local.set $v3)
  (local.get $v0)
  (local.get $v1)
  (local.get $v2)
  (local.get $v3)
  (local.get $v4)
  (local.get $v5)
  (local.get $v6)
  (local.get $v7))

;; Writes the planes of the eight blocks at ptr.
(func $write_planes (param $ptr i32)
  (local $p0 v128)
  (local $p1 v128)
  (local $p2 v128)
  (local $p3 v128)
  (local $p4 v128)
  (local $p5 v128)
  (local $p6 v128)
  (local $p7 v128)
  (call $transpose_bits!
    (v128.load offset=0 (local.get $ptr))
    (v128.load offset=16 (local.get $ptr))
    (v128.load offset=32 (local.get $ptr))
    (v128.load offset=48 (local.get $ptr))
    (v128.load offset=64 (local.get $ptr))
    (v128.load offset=80 (local.get $ptr))
    (v128.load offset=96 (local.get $ptr))
    (v128.load offset=112 (local.get $ptr)))
  (local.set $p7)
  (local.set $p6)
  (local.set $p5)
  (local.set $p4)
  (local.set $p3)
  (local.set $p2)
  (local.set $p1)
  (local.set $p0)
  (v128.store offset=0 (global.get $PLANES) (local.get $p0))
  (v128.store offset=16 (global.get $PLANES) (local.get $p1))
  (v128.store offset=32 (global.get $PLANES) (local.get $p2))
  (v128.store offset=48 (global.get $PLANES) (local.get $p3))
  (v128.store offset=64 (global.get $PLANES) (local.get $p4))
  (v128.store offset=80 (global.get $PLANES) (local.get $p5))
  (v128.store offset=96 (global.get $PLANES) (local.get $p6))
  (v128.store offset=112 (global.get $PLANES) (local.get $p7)))

;; 0xff where a byte has the bit, and 0 where it has not.
(func $spread_bit! (param $bytes v128) (param $bit i32) (result v128)
  (i8x16.eq
    (v128.and (local.get $bytes) (i8x16.splat (i32.shl (i32.const 1) (local.get $bit))))
    (i8x16.splat (i32.shl (i32.const 1) (local.get $bit)))))

;; Writes the planes of a block of which there are eight, but for a number at their end that begins
;; with a multiple of 8 and counts up: its last three bits are those of the numbers 0 to 7.
(func $write_counted_planes (param $block v128)
  (v128.store offset=0 (global.get $PLANES)
    (v128.or
      (call $spread_bit! (local.get $block) (i32.const 0))
      (v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0xaa)))
  (v128.store offset=16 (global.get $PLANES)
    (v128.or
      (call $spread_bit! (local.get $block) (i32.const 1))
      (v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0xcc)))
  (v128.store offset=32 (global.get $PLANES)
    (v128.or
      (call $spread_bit! (local.get $block) (i32.const 2))
      (v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0xf0)))
  (v128.store offset=48 (global.get $PLANES)
    (call $spread_bit! (local.get $block) (i32.const 3)))
  (v128.store offset=64 (global.get $PLANES)
    (call $spread_bit! (local.get $block) (i32.const 4)))
  (v128.store offset=80 (global.get $PLANES)
    (call $spread_bit! (local.get $block) (i32.const 5)))
  (v128.store offset=96 (global.get $PLANES)
    (call $spread_bit! (local.get $block) (i32.const 6)))
  (v128.store offset=112 (global.get $PLANES)
    (call $spread_bit! (local.get $block) (i32.const 7))))

;; Makes the first of the blocks all zeros, whose planes have been written.
(func $clear_first_block
  (local $offset i32)
  (local.set $offset (i32.const 0))
  (loop $plane!
    (v128.store
      (call $at! (global.get $PLANES) (local.get $offset))
      (v128.and
        (v128.load (call $at! (global.get $PLANES) (local.get $offset)))
        (i8x16.splat (i32.const 0xfe))))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $plane! (i32.lt_u (local.get $offset) (global.get $PLANES_SIZE)))))

;; ---- the key schedule

;; The S-box of sixteen bytes, a row of its table at a time: `swizzle` gives 0 for what is in
;; another.
(func $substitute_bytes (param $bytes v128) (result v128)
  (local $substituted v128)
  (local $row i32)
  (local.set $row (i32.const 0))
  (loop $row!
    (local.set $substituted
      (v128.or
        (local.get $substituted)
        (i8x16.swizzle
          (v128.load (call $at! (global.get $AES_SBOX) (local.get $row)))
          (i8x16.sub (local.get $bytes) (i8x16.splat (local.get $row))))))
    (local.set $row (i32.add (local.get $row) (i32.const 16)))
    (br_if $row! (i32.lt_u (local.get $row) (i32.const 256))))
  (local.get $substituted))

;; Four words, each xor'ed with all words before it.
(func $xor_words_before! (param $words v128) (result v128)
  (local.set $words
    (v128.xor
      (local.get $words)
      (i8x16.shuffle 0 0 0 0 16 17 18 19 20 21 22 23 24 25 26 27
        (v128.const i64x2 0 0)
        (local.get $words))))
  (v128.xor
    (local.get $words)
    (i8x16.shuffle 0 0 0 0 0 0 0 0 16 17 18 19 20 21 22 23
      (v128.const i64x2 0 0)
      (local.get $words))))

;; The next four words of a schedule, from those that are one key back, the last word before them in
;; all four places, turned or not, and the constant of the round.
(func $next_words (param $words v128) (param $last v128) (param $constant i32) (result v128)
  (v128.xor
    (call $xor_words_before! (local.get $words))
    (v128.xor
      (call $substitute_bytes (local.get $last))
      (i32x4.splat (local.get $constant)))))

;; The last word in all four places, and the same turned by a byte.
(func $last_word! (param $words v128) (result v128)
  (i8x16.shuffle 12 13 14 15 12 13 14 15 12 13 14 15 12 13 14 15
    (local.get $words)
    (local.get $words)))
(func $last_word_turned! (param $words v128) (result v128)
  (i8x16.shuffle 13 14 15 12 13 14 15 12 13 14 15 12 13 14 15 12
    (local.get $words)
    (local.get $words)))

;; The next constant: twice this one, in GF(2^8).
(func $next_constant! (param $constant i32) (result i32)
  (i32.xor
    (i32.shl (local.get $constant) (i32.const 1))
    (i32.mul (i32.shr_u (local.get $constant) (i32.const 7)) (i32.const 0x11b))))

;; Writes the planes of the key of round n, as the round finds its bytes, with the constant of the
;; S-box that comes before it.
(func $write_round_key (param $n i32) (param $key v128)
  (local $ptr i32)
  (local.set $ptr
    (i32.add
      (global.get $ROUND_KEYS)
      (i32.mul (local.get $n) (global.get $PLANES_SIZE))))
  (if (local.get $n)
    (then (local.set $key (v128.xor (local.get $key) (call $sbox_constant!)))))
  (block $arranged
    (br_if $arranged (i32.eqz (i32.and (local.get $n) (i32.const 3))))
    (local.set $key (call $turn_rows! (local.get $key)))
    (br_if $arranged (i32.eq (i32.and (local.get $n) (i32.const 3)) (i32.const 1)))
    (local.set $key (call $turn_rows! (local.get $key)))
    (br_if $arranged (i32.eq (i32.and (local.get $n) (i32.const 3)) (i32.const 2)))
    (local.set $key (call $turn_rows! (local.get $key))))
  (v128.store offset=0 (local.get $ptr) (call $spread_bit! (local.get $key) (i32.const 0)))
  (v128.store offset=16 (local.get $ptr) (call $spread_bit! (local.get $key) (i32.const 1)))
  (v128.store offset=32 (local.get $ptr) (call $spread_bit! (local.get $key) (i32.const 2)))
  (v128.store offset=48 (local.get $ptr) (call $spread_bit! (local.get $key) (i32.const 3)))
  (v128.store offset=64 (local.get $ptr) (call $spread_bit! (local.get $key) (i32.const 4)))
  (v128.store offset=80 (local.get $ptr) (call $spread_bit! (local.get $key) (i32.const 5)))
  (v128.store offset=96 (local.get $ptr) (call $spread_bit! (local.get $key) (i32.const 6)))
  (v128.store offset=112 (local.get $ptr) (call $spread_bit! (local.get $key) (i32.const 7))))

;; Each row turned to the right by its number.
(func $turn_rows! (param $key v128) (result v128)
  (i8x16.shuffle 0 13 10 7 4 1 14 11 8 5 2 15 12 9 6 3 (local.get $key) (local.get $key)))

;; Writes the keys of all rounds, from a key of 16 or 32 bytes.
(func $write_round_keys (param $key_ptr i32) (param $key_len i32)
  (local $n i32)        ;; the round
  (local $constant i32)
  (local $even v128)    ;; the last key of a round with an even number, or of any
  (local $odd v128)     ;; and of an odd one, where the key has 32 bytes
  (local.set $constant (i32.const 1))
  (local.set $even (v128.load (local.get $key_ptr)))
  (call $write_round_key (i32.const 0) (local.get $even))
  (if (i32.eq (local.get $key_len) (i32.const 16))
    (then
      (loop $next_key
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (local.set $even
          (call $next_words
            (local.get $even)
            (call $last_word_turned! (local.get $even))
            (local.get $constant)))
        (local.set $constant (call $next_constant! (local.get $constant)))
        (call $write_round_key (local.get $n) (local.get $even))
        (br_if $next_key (i32.ne (local.get $n) (i32.const 10))))
      (return)))
  (local.set $odd (v128.load offset=16 (local.get $key_ptr)))
  (loop $next_keys
    (call $write_round_key (i32.add (local.get $n) (i32.const 1)) (local.get $odd))
    (local.set $n (i32.add (local.get $n) (i32.const 2)))
    (local.set $even
      (call $next_words
        (local.get $even)
        (call $last_word_turned! (local.get $odd))
        (local.get $constant)))
    (local.set $constant (call $next_constant! (local.get $constant)))
    (call $write_round_key (local.get $n) (local.get $even))
    (if (i32.ne (local.get $n) (i32.const 14))
      (then
        (local.set $odd
          (call $next_words
            (local.get $odd)
            (call $last_word! (local.get $even))
            (i32.const 0)))
        (br $next_keys)))))
