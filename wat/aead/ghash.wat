;; ---- GHASH (SP 800-38D, 6.4)

;; Bytes are polynomials with their highest bit first: in byte i of a block, bit 7 - k belongs to x
;; to the power 8 i + k. Multiplication by x^8 moves all bytes up by one place.
;;
;; A product with H is made by tables of sixteen entries in vectors, which no address depends on:
;; entry v of high table j is byte j of v H, where v is the high half of a byte, and of low table j
;; where it is the low half. So two `swizzle` give byte j of the products of all sixteen bytes of a
;; block with H at once. These are added up from the last j on, with a move by a byte in front of
;; each; what moves out of sixteen bytes is reduced at the end. Long messages go two blocks a step,
;; the first with H squared.

;; How many bytes the tables of a power of H have: for each byte the high one, and the low one.
(global $TABLES_SIZE i32 (i32.const 512))

;; How many bytes at least are worth the tables of H squared.
(global $MANY_HASHED i32 (i32.const 192))

;; x times a polynomial. What comes out at the end comes back as 1 + x + x^2 + x^7, of which the
;; first bit is there already, as what moves out of a byte goes to the next one and around.
(func $times_x! (param $h v128) (result v128)
  (local $carry v128) ;; the lowest bit of each byte as the highest of the next
  (local.set $carry
    (v128.and
      (i64x2.shl
        (i8x16.shuffle 15 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 (local.get $h) (local.get $h))
        (i32.const 7))
      (i8x16.splat (i32.const 0x80))))
  (v128.or
    (local.get $carry)
    (v128.xor
      (v128.and
        (i64x2.shr_u (local.get $h) (i32.const 1))
        (i8x16.splat (i32.const 0x7f)))
      (v128.and
        (i8x16.eq (local.get $carry) (i8x16.splat (i32.const 0x80)))
        (v128.const i8x16 0x61 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0)))))

;; Where an entry of a table has a bit.
(func $entries_8! (result v128)
  (v128.const i64x2 0x0000000000000000 0xffffffffffffffff))
(func $entries_4! (result v128)
  (v128.const i64x2 0xffffffff00000000 0xffffffff00000000))
(func $entries_2! (result v128)
  (v128.const i64x2 0xffff0000ffff0000 0xffff0000ffff0000))
(func $entries_1! (result v128)
  (v128.const i64x2 0xff00ff00ff00ff00 0xff00ff00ff00ff00))

;; The table of the byte at ptr of four multiples, sixteen bytes apart.
(func $table! (param $ptr i32) (result v128)
  (v128.xor
    (v128.xor
      (v128.and (v128.load8_splat (local.get $ptr)) (call $entries_8!))
      (v128.and (v128.load8_splat offset=16 (local.get $ptr)) (call $entries_4!)))
    (v128.xor
      (v128.and (v128.load8_splat offset=32 (local.get $ptr)) (call $entries_2!))
      (v128.and (v128.load8_splat offset=48 (local.get $ptr)) (call $entries_1!)))))

;; Writes the tables of a power of H.
(func $write_tables (param $tables_ptr i32) (param $h v128)
  (local $i i32)
  (local.set $i (i32.const 0))
  (loop $multiple!
    (v128.store (call $at! (global.get $MULTIPLES) (i32.shl (local.get $i) (i32.const 4)))
      (local.get $h))
    (local.set $h (call $times_x! (local.get $h)))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $multiple! (i32.lt_u (local.get $i) (i32.const 8))))
  (local.set $i (i32.const 0))
  (loop $byte!
    (v128.store (call $at! (local.get $tables_ptr) (i32.shl (local.get $i) (i32.const 5)))
      (call $table! (i32.add (global.get $MULTIPLES) (local.get $i))))
    (v128.store offset=16 (call $at! (local.get $tables_ptr) (i32.shl (local.get $i) (i32.const 5)))
      (call $table! (i32.add (global.get $MULTIPLES) (i32.add (local.get $i) (i32.const 64)))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $byte! (i32.lt_u (local.get $i) (i32.const 16)))))

;; Byte j of the products of all bytes of a block, given as its halves.
(func $product_byte! (param $tables_ptr i32) (param $j i32) (param $high v128) (param $low v128)
  (result v128)
  (v128.xor
    (i8x16.swizzle
      (v128.load (call $at! (local.get $tables_ptr) (i32.shl (local.get $j) (i32.const 5))))
      (local.get $high))
    (i8x16.swizzle
      (v128.load offset=16
        (call $at! (local.get $tables_ptr) (i32.shl (local.get $j) (i32.const 5))))
      (local.get $low))))

(func $high_halves_of_bytes! (param $x v128) (result v128)
  (i8x16.shr_u (local.get $x) (i32.const 4)))
(func $low_halves_of_bytes! (param $x v128) (result v128)
  (v128.and (local.get $x) (i8x16.splat (i32.const 0x0f))))

;; Moved up by a byte, behind the last one of what is below.
(func $move_up! (param $below v128) (param $x v128) (result v128)
  (i8x16.shuffle 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
    (local.get $below)
    (local.get $x)))

;; A polynomial of 31 bytes modulo 1 + x + x^2 + x^7 + x^128: what is over comes back four times.
(func $reduce! (param $sum v128) (param $over v128) (result v128)
  (local $before v128) ;; of each byte that is over, the one before
  (local.set $before (call $move_up! (v128.const i64x2 0 0) (local.get $over)))
  (v128.xor
    (v128.xor
      (v128.xor (local.get $sum) (local.get $over))
      (v128.xor
        (v128.and (i64x2.shr_u (local.get $over) (i32.const 1)) (i8x16.splat (i32.const 0x7f)))
        (v128.and (i64x2.shl (local.get $before) (i32.const 7)) (i8x16.splat (i32.const 0x80)))))
    (v128.xor
      (v128.xor
        (v128.and (i64x2.shr_u (local.get $over) (i32.const 2)) (i8x16.splat (i32.const 0x3f)))
        (v128.and (i64x2.shl (local.get $before) (i32.const 6)) (i8x16.splat (i32.const 0xc0))))
      (v128.xor
        (v128.and (i64x2.shr_u (local.get $over) (i32.const 7)) (i8x16.splat (i32.const 0x01)))
        (v128.and (i64x2.shl (local.get $before) (i32.const 1)) (i8x16.splat (i32.const 0xfe)))))))

;; H times a block.
(func $times_h (param $x v128) (result v128)
  (local $sum v128)
  (local $over v128)
  (local $high v128)
  (local $low v128)
  (local $j i32)
  (local.set $high (call $high_halves_of_bytes! (local.get $x)))
  (local.set $low (call $low_halves_of_bytes! (local.get $x)))
  (local.set $j (i32.const 15))
  (loop $byte!
    (local.set $over (call $move_up! (local.get $sum) (local.get $over)))
    (local.set $sum
      (v128.xor
        (call $move_up! (v128.const i64x2 0 0) (local.get $sum))
        (call $product_byte!
          (global.get $TABLES)
          (local.get $j)
          (local.get $high)
          (local.get $low))))
    (local.set $j (i32.sub (local.get $j) (i32.const 1)))
    (br_if $byte! (i32.ge_s (local.get $j) (i32.const 0))))
  (call $reduce! (local.get $sum) (local.get $over)))

;; H squared times a block, and H times another.
(func $times_h_x2! (param $x v128) (param $y v128) (result v128)
  (local $sum v128)
  (local $over v128)
  (local $x_high v128)
  (local $x_low v128)
  (local $y_high v128)
  (local $y_low v128)
  (local $j i32)
  (local.set $x_high (call $high_halves_of_bytes! (local.get $x)))
  (local.set $x_low (call $low_halves_of_bytes! (local.get $x)))
  (local.set $y_high (call $high_halves_of_bytes! (local.get $y)))
  (local.set $y_low (call $low_halves_of_bytes! (local.get $y)))
  (local.set $sum (v128.const i64x2 0 0))
  (local.set $over (v128.const i64x2 0 0))
  (local.set $j (i32.const 15))
  (loop $byte!
    (local.set $over (call $move_up! (local.get $sum) (local.get $over)))
    (local.set $sum
      (v128.xor
        (call $move_up! (v128.const i64x2 0 0) (local.get $sum))
        (v128.xor
          (call $product_byte!
            (i32.add (global.get $TABLES) (global.get $TABLES_SIZE))
            (local.get $j)
            (local.get $x_high)
            (local.get $x_low))
          (call $product_byte!
            (global.get $TABLES)
            (local.get $j)
            (local.get $y_high)
            (local.get $y_low)))))
    (local.set $j (i32.sub (local.get $j) (i32.const 1)))
    (br_if $byte! (i32.ge_s (local.get $j) (i32.const 0))))
  (call $reduce! (local.get $sum) (local.get $over)))

;; Begins with the key H, for a message that comes in spans of which `longest` is not less than one.
(func $begin_ghash (param $h v128) (param $longest i32)
  (v128.store (global.get $HASH_SUM) (v128.const i64x2 0 0))
  (call $write_tables (global.get $TABLES) (local.get $h))
  (if (i32.ge_u (local.get $longest) (global.get $MANY_HASHED))
    (then
      (call $write_tables
        (i32.add (global.get $TABLES) (global.get $TABLES_SIZE))
        (call $times_h (local.get $h))))))

;; Takes in `count` blocks; `count` is not 0.
(func $absorb_hashed (param $ptr i32) (param $count i32)
  (local $sum v128)
  (local.set $sum (v128.load (global.get $HASH_SUM)))
  (loop $next_block
    (local.set $sum
      (call $times_h (v128.xor (local.get $sum) (v128.load (local.get $ptr)))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
    (br_if $next_block (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
  (v128.store (global.get $HASH_SUM) (local.get $sum)))

;; Takes in `count` pairs of blocks; `count` is not 0.
(func $absorb_hashed_pairs (param $ptr i32) (param $count i32)
  (local $sum v128)
  (local.set $sum (v128.load (global.get $HASH_SUM)))
  (loop $next_pair
    (local.set $sum
      (call $times_h_x2!
        (v128.xor (local.get $sum) (v128.load (local.get $ptr)))
        (v128.load offset=16 (local.get $ptr))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 32)))
    (br_if $next_pair (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
  (v128.store (global.get $HASH_SUM) (local.get $sum)))

;; Takes in [ptr, ptr+len), filled up with zeros to whole blocks; len may be 0.
(func $absorb_ghash (param $ptr i32) (param $len i32)
  (local $whole i32) ;; bytes that the next step takes
  (if (i32.ge_u (local.get $len) (global.get $MANY_HASHED))
    (then
      (local.set $whole (i32.and (local.get $len) (i32.const -32)))
      (call $absorb_hashed_pairs (local.get $ptr) (i32.shr_u (local.get $len) (i32.const 5)))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $whole)))
      (local.set $len (i32.and (local.get $len) (i32.const 31)))))
  (if (i32.ge_u (local.get $len) (i32.const 16))
    (then
      (local.set $whole (i32.and (local.get $len) (i32.const -16)))
      (call $absorb_hashed (local.get $ptr) (i32.shr_u (local.get $len) (i32.const 4)))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $whole)))
      (local.set $len (i32.and (local.get $len) (i32.const 15)))))
  (if (local.get $len)
    (then
      (call $pad_block (local.get $ptr) (local.get $len))
      (call $absorb_hashed (global.get $BLOCK) (i32.const 1)))))

;; Takes in two lengths in bytes, as big-endian numbers of bits, and gives the sum.
(func $end_ghash (param $aad_len i32) (param $text_len i32) (result v128)
  (local $lengths v128)
  (local.set $lengths
    (i64x2.shl
      (i64x2.replace_lane 1
        (i64x2.splat (i64.extend_i32_u (local.get $aad_len)))
        (i64.extend_i32_u (local.get $text_len)))
      (i32.const 3)))
  (call $times_h
    (v128.xor
      (v128.load (global.get $HASH_SUM))
      (i8x16.shuffle 7 6 5 4 3 2 1 0 15 14 13 12 11 10 9 8
        (local.get $lengths)
        (local.get $lengths)))))
