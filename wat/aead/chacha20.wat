;; ---- ChaCha20 (RFC 8439, 2.3 and 2.4)

;; Four blocks at a time, one in each lane: a vector for each of the sixteen words of a state.

;; Layout chacha_state
;;   offset  size  field     meaning
;;        0    16  sigma     "expand 32-byte k"
;;       16    32  key       the key
;;       48    16  last_row  u32: the number of the next block; behind it the nonce

;; Rotations to the left. Those by whole bytes are a shuffle; there is no vector rotation.
(func $rotate_16! (param $x v128) (result v128)
  (i8x16.shuffle 2 3 0 1 6 7 4 5 10 11 8 9 14 15 12 13 (local.get $x) (local.get $x)))
(func $rotate_8! (param $x v128) (result v128)
  (i8x16.shuffle 3 0 1 2 7 4 5 6 11 8 9 10 15 12 13 14 (local.get $x) (local.get $x)))
(func $rotate_12! (param $x v128) (result v128)
  (v128.or
    (i32x4.shl (local.get $x) (i32.const 12))
    (i32x4.shr_u (local.get $x) (i32.const 20))))
(func $rotate_7! (param $x v128) (result v128)
  (v128.or
    (i32x4.shl (local.get $x) (i32.const 7))
    (i32x4.shr_u (local.get $x) (i32.const 25))))

;; a += b; d = rotl(d ^ a, 16);   c += d; b = rotl(b ^ c, 12)
;; a += b; d = rotl(d ^ a, 8);    c += d; b = rotl(b ^ c, 7)
(func $quarter_round! (param $a v128) (param $b v128) (param $c v128) (param $d v128)
  (result v128 v128 v128 v128)
  (local.set $a (i32x4.add (local.get $a) (local.get $b)))
  (local.set $d (call $rotate_16! (v128.xor (local.get $d) (local.get $a))))
  (local.set $c (i32x4.add (local.get $c) (local.get $d)))
  (local.set $b (call $rotate_12! (v128.xor (local.get $b) (local.get $c))))
  (local.set $a (i32x4.add (local.get $a) (local.get $b)))
  (local.set $d (call $rotate_8! (v128.xor (local.get $d) (local.get $a))))
  (local.set $c (i32x4.add (local.get $c) (local.get $d)))
  (local.set $b (call $rotate_7! (v128.xor (local.get $b) (local.get $c))))
  (local.get $a)
  (local.get $b)
  (local.get $c)
  (local.get $d))

;; Writes the state before the first block of a message, whose number is 0.
(func $begin_chacha20 (param $key_ptr i32) (param $nonce_ptr i32)
  (v128.store offset=0 (;SIGMA;) (global.get $CHACHA_STATE) (call $sigma!))
  (v128.store offset=16 (;KEY;) (global.get $CHACHA_STATE) (v128.load (local.get $key_ptr)))
  (v128.store offset=32 (;KEY+16;) (global.get $CHACHA_STATE)
    (v128.load offset=16 (local.get $key_ptr)))
  (i32.store offset=48 (;LAST_ROW;) (global.get $CHACHA_STATE) (i32.const 0))
  (i32.store offset=52 (;LAST_ROW+4;) (global.get $CHACHA_STATE) (i32.load (local.get $nonce_ptr)))
  (i64.store offset=56 (;LAST_ROW+8;) (global.get $CHACHA_STATE)
    (i64.load offset=4 (local.get $nonce_ptr))))

;; "expand 32-byte k"
(func $sigma! (result v128)
  (v128.const i32x4 0x61707865 0x3320646e 0x79622d32 0x6b206574))

;; Sixteen bytes at `offset` in each of four blocks, from their words, a block a lane; xor'ed with
;; what is at src_ptr, to dst_ptr.
(func $xor_words!
  (param $src_ptr i32) (param $dst_ptr i32) (param $offset i32)
  (param $w0 v128) (param $w1 v128) (param $w2 v128) (param $w3 v128)
  (local $low_01 v128)  ;; words 0 and 1 of blocks 0 and 1
  (local $low_23 v128)
  (local $high_01 v128) ;; and of blocks 2 and 3
  (local $high_23 v128)
  (local.set $low_01 (call $zip_low! (local.get $w0) (local.get $w1)))
  (local.set $low_23 (call $zip_low! (local.get $w2) (local.get $w3)))
  (local.set $high_01 (call $zip_high! (local.get $w0) (local.get $w1)))
  (local.set $high_23 (call $zip_high! (local.get $w2) (local.get $w3)))
  (call $xor_16!
    (call $at! (local.get $src_ptr) (local.get $offset))
    (call $at! (local.get $dst_ptr) (local.get $offset))
    (call $low_halves! (local.get $low_01) (local.get $low_23)))
  (call $xor_16!
    (call $at! (local.get $src_ptr) (i32.add (local.get $offset) (i32.const 64)))
    (call $at! (local.get $dst_ptr) (i32.add (local.get $offset) (i32.const 64)))
    (call $high_halves! (local.get $low_01) (local.get $low_23)))
  (call $xor_16!
    (call $at! (local.get $src_ptr) (i32.add (local.get $offset) (i32.const 128)))
    (call $at! (local.get $dst_ptr) (i32.add (local.get $offset) (i32.const 128)))
    (call $low_halves! (local.get $high_01) (local.get $high_23)))
  (call $xor_16!
    (call $at! (local.get $src_ptr) (i32.add (local.get $offset) (i32.const 192)))
    (call $at! (local.get $dst_ptr) (i32.add (local.get $offset) (i32.const 192)))
    (call $high_halves! (local.get $high_01) (local.get $high_23))))

;; The low, or high, halves of two vectors, word by word: a0 b0 a1 b1, or a2 b2 a3 b3
(func $zip_low! (param $a v128) (param $b v128) (result v128)
  (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b)))
(func $zip_high! (param $a v128) (param $b v128) (result v128)
  (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b)))

;; The low, or high, halves of two vectors
(func $low_halves! (param $a v128) (param $b v128) (result v128)
  (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $a) (local.get $b)))
(func $high_halves! (param $a v128) (param $b v128) (result v128)
  (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $a) (local.get $b)))

;; A word of the state, in all four lanes.
(func $state_word! (param $index i32) (result v128)
  (v128.load32_splat
    (call $at! (global.get $CHACHA_STATE) (i32.shl (local.get $index) (i32.const 2)))))

;; The numbers of the next four blocks.
(func $counters! (result v128)
  (i32x4.add (call $state_word! (i32.const 12)) (v128.const i32x4 0 1 2 3)))

;; Xors `count` times 256 bytes with the next four blocks of the key stream; `count` is not 0.
;; Source and destination may be the same. Meanwhile it takes [absorb_ptr, absorb_end) into the sum
;; of Poly1305, at most 320 bytes in pairs of blocks, and with each further 256 bytes the
;; `absorb_step` bytes behind: what was written last, where that is 256. One is scalar and the other
;; is not, so that most processors do both at once. Gives what was not taken in yet. Longer than a
;; screen, as a state is sixteen vectors.
(func $xor_chacha20
  (param $src_ptr i32) (param $dst_ptr i32) (param $count i32)
  (param $absorb_ptr i32) (param $absorb_end i32) (param $absorb_step i32) (result i32)
  (local $rounds i32) ;; how many pairs of them are left
  (local $x0 v128)
  (local $x1 v128)
  (local $x2 v128)
  (local $x3 v128)
  (local $x4 v128)
  (local $x5 v128)
  (local $x6 v128)
  (local $x7 v128)
  (local $x8 v128)
  (local $x9 v128)
  (local $x10 v128)
  (local $x11 v128)
  (local $x12 v128)
  (local $x13 v128)
  (local $x14 v128)
  (local $x15 v128)
  (loop $next_256
    (local.set $x0 (call $state_word! (i32.const 0)))
    (local.set $x1 (call $state_word! (i32.const 1)))
    (local.set $x2 (call $state_word! (i32.const 2)))
    (local.set $x3 (call $state_word! (i32.const 3)))
    (local.set $x4 (call $state_word! (i32.const 4)))
    (local.set $x5 (call $state_word! (i32.const 5)))
    (local.set $x6 (call $state_word! (i32.const 6)))
    (local.set $x7 (call $state_word! (i32.const 7)))
    (local.set $x8 (call $state_word! (i32.const 8)))
    (local.set $x9 (call $state_word! (i32.const 9)))
    (local.set $x10 (call $state_word! (i32.const 10)))
    (local.set $x11 (call $state_word! (i32.const 11)))
    (local.set $x12 (call $counters!))
    (local.set $x13 (call $state_word! (i32.const 13)))
    (local.set $x14 (call $state_word! (i32.const 14)))
    (local.set $x15 (call $state_word! (i32.const 15)))
    (local.set $rounds (i32.const 10))
    (loop $two_rounds
      (call $quarter_round! (local.get $x0) (local.get $x4) (local.get $x8) (local.get $x12))
      (local.set $x12)
      (local.set $x8)
      (local.set $x4)
      (local.set $x0)
      (call $quarter_round! (local.get $x1) (local.get $x5) (local.get $x9) (local.get $x13))
      (local.set $x13)
      (local.set $x9)
      (local.set $x5)
      (local.set $x1)
      (call $quarter_round! (local.get $x2) (local.get $x6) (local.get $x10) (local.get $x14))
      (local.set $x14)
      (local.set $x10)
      (local.set $x6)
      (local.set $x2)
      (call $quarter_round! (local.get $x3) (local.get $x7) (local.get $x11) (local.get $x15))
      (local.set $x15)
      (local.set $x11)
      (local.set $x7)
      (local.set $x3)
      (call $quarter_round! (local.get $x0) (local.get $x5) (local.get $x10) (local.get $x15))
      (local.set $x15)
      (local.set $x10)
      (local.set $x5)
      (local.set $x0)
      (call $quarter_round! (local.get $x1) (local.get $x6) (local.get $x11) (local.get $x12))
      (local.set $x12)
      (local.set $x11)
      (local.set $x6)
      (local.set $x1)
      (call $quarter_round! (local.get $x2) (local.get $x7) (local.get $x8) (local.get $x13))
      (local.set $x13)
      (local.set $x8)
      (local.set $x7)
      (local.set $x2)
      (call $quarter_round! (local.get $x3) (local.get $x4) (local.get $x9) (local.get $x14))
      (local.set $x14)
      (local.set $x9)
      (local.set $x4)
      (local.set $x3)
      (if (i32.ne (local.get $absorb_ptr) (local.get $absorb_end))
        (then
          (call $absorb_two_blocks! (local.get $absorb_ptr))
          (local.set $absorb_ptr (i32.add (local.get $absorb_ptr) (i32.const 32)))))
      (br_if $two_rounds
        (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (call $xor_words! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 0)
      (i32x4.add (local.get $x0) (call $state_word! (i32.const 0)))
      (i32x4.add (local.get $x1) (call $state_word! (i32.const 1)))
      (i32x4.add (local.get $x2) (call $state_word! (i32.const 2)))
      (i32x4.add (local.get $x3) (call $state_word! (i32.const 3))))
    (call $xor_words! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 16)
      (i32x4.add (local.get $x4) (call $state_word! (i32.const 4)))
      (i32x4.add (local.get $x5) (call $state_word! (i32.const 5)))
      (i32x4.add (local.get $x6) (call $state_word! (i32.const 6)))
      (i32x4.add (local.get $x7) (call $state_word! (i32.const 7))))
    (call $xor_words! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 32)
      (i32x4.add (local.get $x8) (call $state_word! (i32.const 8)))
      (i32x4.add (local.get $x9) (call $state_word! (i32.const 9)))
      (i32x4.add (local.get $x10) (call $state_word! (i32.const 10)))
      (i32x4.add (local.get $x11) (call $state_word! (i32.const 11))))
    (call $xor_words! (local.get $src_ptr) (local.get $dst_ptr) (i32.const 48)
      (i32x4.add (local.get $x12) (call $counters!))
      (i32x4.add (local.get $x13) (call $state_word! (i32.const 13)))
      (i32x4.add (local.get $x14) (call $state_word! (i32.const 14)))
      (i32x4.add (local.get $x15) (call $state_word! (i32.const 15))))
    (i32.store offset=48 (;LAST_ROW;) (global.get $CHACHA_STATE)
      (i32.add
        (i32.load offset=48 (;LAST_ROW;) (global.get $CHACHA_STATE))
        (i32.const 4)))
    (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 256)))
    (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 256)))
    (local.set $absorb_end (i32.add (local.get $absorb_end) (local.get $absorb_step)))
    (br_if $next_256 (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
  (local.get $absorb_ptr))

;; Moves the words of a row to the left, by one, two or three places.
(func $turn_1! (param $row v128) (result v128)
  (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 0 1 2 3 (local.get $row) (local.get $row)))
(func $turn_2! (param $row v128) (result v128)
  (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $row) (local.get $row)))
(func $turn_3! (param $row v128) (result v128)
  (i8x16.shuffle 12 13 14 15 0 1 2 3 4 5 6 7 8 9 10 11 (local.get $row) (local.get $row)))

;; Two rounds of a block, a row of its state in each vector.
(func $two_rounds! (param $a v128) (param $b v128) (param $c v128) (param $d v128)
  (result v128 v128 v128 v128)
  (call $quarter_round! (local.get $a) (local.get $b) (local.get $c) (local.get $d))
  (local.set $d)
  (local.set $c)
  (local.set $b)
  (local.set $a)
  (call $quarter_round!
    (local.get $a)
    (call $turn_1! (local.get $b))
    (call $turn_2! (local.get $c))
    (call $turn_3! (local.get $d)))
  (local.set $d)
  (local.set $c)
  (local.set $b)
  (local.set $a)
  (local.get $a)
  (call $turn_3! (local.get $b))
  (call $turn_2! (local.get $c))
  (call $turn_1! (local.get $d)))

;; Writes the first two blocks of the key stream to dst_ptr: the next one is then number 2.
(func $write_two_blocks (param $dst_ptr i32)
  (local $rounds i32) ;; how many pairs of them are left
  (local $a v128)     ;; block 0
  (local $b v128)
  (local $c v128)
  (local $d v128)
  (local $e v128)     ;; block 1
  (local $f v128)
  (local $g v128)
  (local $h v128)
  (local.set $a (call $sigma!))
  (local.set $b (v128.load offset=16 (;KEY;) (global.get $CHACHA_STATE)))
  (local.set $c (v128.load offset=32 (;KEY+16;) (global.get $CHACHA_STATE)))
  (local.set $d (v128.load offset=48 (;LAST_ROW;) (global.get $CHACHA_STATE)))
  (local.set $e (local.get $a))
  (local.set $f (local.get $b))
  (local.set $g (local.get $c))
  (local.set $h (i32x4.add (local.get $d) (v128.const i32x4 1 0 0 0)))
  (local.set $rounds (i32.const 10))
  (loop $two_rounds
    (call $two_rounds! (local.get $a) (local.get $b) (local.get $c) (local.get $d))
    (local.set $d)
    (local.set $c)
    (local.set $b)
    (local.set $a)
    (call $two_rounds! (local.get $e) (local.get $f) (local.get $g) (local.get $h))
    (local.set $h)
    (local.set $g)
    (local.set $f)
    (local.set $e)
    (br_if $two_rounds
      (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
  (call $write_block! (local.get $dst_ptr)
    (local.get $a) (local.get $b) (local.get $c) (local.get $d)
    (v128.const i32x4 0 0 0 0))
  (call $write_block! (i32.add (local.get $dst_ptr) (i32.const 64))
    (local.get $e) (local.get $f) (local.get $g) (local.get $h)
    (v128.const i32x4 1 0 0 0))
  (i32.store offset=48 (;LAST_ROW;) (global.get $CHACHA_STATE) (i32.const 2)))

;; Writes a block after its rounds: the state is added, with another number.
(func $write_block!
  (param $dst_ptr i32) (param $a v128) (param $b v128) (param $c v128) (param $d v128)
  (param $number v128)
  (v128.store (local.get $dst_ptr) (i32x4.add (local.get $a) (call $sigma!)))
  (v128.store offset=16 (local.get $dst_ptr)
    (i32x4.add (local.get $b) (v128.load offset=16 (;KEY;) (global.get $CHACHA_STATE))))
  (v128.store offset=32 (local.get $dst_ptr)
    (i32x4.add (local.get $c) (v128.load offset=32 (;KEY+16;) (global.get $CHACHA_STATE))))
  (v128.store offset=48 (local.get $dst_ptr)
    (i32x4.add
      (i32x4.add (local.get $d) (local.get $number))
      (v128.load offset=48 (;LAST_ROW;) (global.get $CHACHA_STATE)))))

;; HChaCha20 (draft-irtf-cfrg-xchacha, 2.2): the key for the sixteen bytes at nonce_ptr, written to
;; subkey_ptr.
(func $hchacha20 (param $key_ptr i32) (param $nonce_ptr i32) (param $subkey_ptr i32)
  (local $rounds i32) ;; how many pairs of them are left
  (local $a v128)
  (local $b v128)
  (local $c v128)
  (local $d v128)
  (local.set $a (call $sigma!))
  (local.set $b (v128.load (local.get $key_ptr)))
  (local.set $c (v128.load offset=16 (local.get $key_ptr)))
  (local.set $d (v128.load (local.get $nonce_ptr)))
  (local.set $rounds (i32.const 10))
  (loop $two_rounds
    (call $two_rounds! (local.get $a) (local.get $b) (local.get $c) (local.get $d))
    (local.set $d)
    (local.set $c)
    (local.set $b)
    (local.set $a)
    (br_if $two_rounds
      (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
  (v128.store (local.get $subkey_ptr) (local.get $a))
  (v128.store offset=16 (local.get $subkey_ptr) (local.get $d)))
