;; ---- One compression

;; Rotations to the right. Those by whole bytes are a shuffle; there is no vector rotation.
(func $rotate_16! (param $x v128) (result v128)
  (i8x16.shuffle 2 3 0 1 6 7 4 5 10 11 8 9 14 15 12 13 (local.get $x) (local.get $x)))
(func $rotate_8! (param $x v128) (result v128)
  (i8x16.shuffle 1 2 3 0 5 6 7 4 9 10 11 8 13 14 15 12 (local.get $x) (local.get $x)))
(func $rotate_12! (param $x v128) (result v128)
  (v128.or
    (i32x4.shr_u (local.get $x) (i32.const 12))
    (i32x4.shl (local.get $x) (i32.const 20))))
(func $rotate_7! (param $x v128) (result v128)
  (v128.or
    (i32x4.shr_u (local.get $x) (i32.const 7))
    (i32x4.shl (local.get $x) (i32.const 25))))

;; The first half of G with the words x, and the second with the words y:
;; a += b + x; d = rotr(d ^ a, 16);   c += d; b = rotr(b ^ c, 12)
;; a += b + y; d = rotr(d ^ a, 8);    c += d; b = rotr(b ^ c, 7)
(func $g! (param $a v128) (param $b v128) (param $c v128) (param $d v128)
  (param $x v128) (param $y v128)
  (result v128 v128 v128 v128)
  (local.set $a (i32x4.add (i32x4.add (local.get $a) (local.get $x)) (local.get $b)))
  (local.set $d (call $rotate_16! (v128.xor (local.get $d) (local.get $a))))
  (local.set $c (i32x4.add (local.get $c) (local.get $d)))
  (local.set $b (call $rotate_12! (v128.xor (local.get $b) (local.get $c))))
  (local.set $a (i32x4.add (i32x4.add (local.get $a) (local.get $y)) (local.get $b)))
  (local.set $d (call $rotate_8! (v128.xor (local.get $d) (local.get $a))))
  (local.set $c (i32x4.add (local.get $c) (local.get $d)))
  (local.set $b (call $rotate_7! (v128.xor (local.get $b) (local.get $c))))
  (local.get $a)
  (local.get $b)
  (local.get $c)
  (local.get $d))

;; The words of a row one, two or three places further on.
(func $turn_1! (param $x v128) (result v128)
  (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 0 1 2 3 (local.get $x) (local.get $x)))
(func $turn_2! (param $x v128) (result v128)
  (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $x) (local.get $x)))
(func $turn_3! (param $x v128) (result v128)
  (i8x16.shuffle 12 13 14 15 0 1 2 3 4 5 6 7 8 9 10 11 (local.get $x) (local.get $x)))

;; Compresses the block at block_ptr, a row of the state in each vector, and returns the rows after
;; seven rounds. The columns of the rows are mixed, then the diagonals, for which all rows but the
;; second are turned. The words of the block stand in the order in which these two take them.
(func $compress
  (param $cv_low v128) (param $cv_high v128) (param $block_ptr i32)
  (param $counter i64) (param $block_len i32) (param $flags i32)
  (result v128 v128 v128 v128)
  (local $a v128)
  (local $b v128)
  (local $c v128)
  (local $d v128)
  (local $x v128) ;; words for the columns, the first half of G and the second
  (local $y v128)
  (local $u v128) ;; and for the diagonals
  (local $v v128)
  (local $next_x v128)
  (local $next_y v128)
  (local $next_u v128)
  (local $round i32)
  (local.set $a (local.get $cv_low))
  (local.set $b (local.get $cv_high))
  (local.set $c (call $iv_low!))
  (local.set $d
    (i32x4.replace_lane 3
      (i32x4.replace_lane 2
        (i64x2.splat (local.get $counter))
        (local.get $block_len))
      (local.get $flags)))
  (local.set $x (v128.load (local.get $block_ptr)))
  (local.set $y (v128.load offset=16 (local.get $block_ptr)))
  (local.set $u (v128.load offset=32 (local.get $block_ptr)))
  (local.set $v (v128.load offset=48 (local.get $block_ptr)))
  (local.set $next_x
    (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
      (local.get $x) (local.get $y)))
  (local.set $y
    (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
      (local.get $x) (local.get $y)))
  (local.set $x (local.get $next_x))
  (local.set $next_u
    (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
      (local.get $u) (local.get $v)))
  (local.set $v
    (call $turn_3!
      (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
        (local.get $u) (local.get $v))))
  (local.set $u (call $turn_3! (local.get $next_u)))
  (local.set $round (i32.const 0))
  (loop $round
    (call $g!
      (local.get $a) (local.get $b) (local.get $c) (local.get $d)
      (local.get $x) (local.get $y))
    (local.set $d)
    (local.set $c)
    (local.set $b)
    (local.set $a)
    (call $g!
      (call $turn_3! (local.get $a))
      (local.get $b)
      (call $turn_1! (local.get $c))
      (call $turn_2! (local.get $d))
      (local.get $u) (local.get $v))
    (local.set $d)
    (local.set $c)
    (local.set $b)
    (local.set $a)
    (local.set $a (call $turn_1! (local.get $a)))
    (local.set $c (call $turn_3! (local.get $c)))
    (local.set $d (call $turn_2! (local.get $d)))
    (local.set $next_x
      (call $turn_1!
        (i8x16.shuffle 8 9 10 11 4 5 6 7 20 21 22 23 28 29 30 31
          (local.get $x) (local.get $y))))
    (local.set $next_y
      (i8x16.shuffle 0 1 2 3 20 21 22 23 8 9 10 11 28 29 30 31
        (i8x16.shuffle 12 13 14 15 12 13 14 15 0 1 2 3 0 1 2 3 (local.get $x) (local.get $x))
        (i8x16.shuffle 8 9 10 11 8 9 10 11 28 29 30 31 28 29 30 31 (local.get $u) (local.get $v))))
    (local.set $next_u
      (call $mix_u!
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $v) (local.get $y))
        (local.get $u)))
    (local.set $v
      (call $mix_v!
        (local.get $u)
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
          (local.get $y)
          (local.get $v))))
    (local.set $x (local.get $next_x))
    (local.set $y (local.get $next_y))
    (local.set $u (local.get $next_u))
    (local.set $round (i32.add (local.get $round) (i32.const 1)))
    (br_if $round (i32.lt_u (local.get $round) (i32.const 7))))
  (local.get $a)
  (local.get $b)
  (local.get $c)
  (local.get $d))

(func $mix_u! (param $vy v128) (param $u v128) (result v128)
  (local $mixed v128)
  (local.set $mixed
    (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 28 29 30 31 (local.get $vy) (local.get $u)))
  (i8x16.shuffle 0 1 2 3 8 9 10 11 12 13 14 15 4 5 6 7 (local.get $mixed) (local.get $mixed)))

(func $mix_v! (param $u v128) (param $yv v128) (result v128)
  (local $mixed v128)
  (local.set $mixed
    (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $u) (local.get $yv)))
  (i8x16.shuffle 8 9 10 11 12 13 14 15 4 5 6 7 0 1 2 3 (local.get $mixed) (local.get $mixed)))
