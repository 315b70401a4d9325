;; ---- XXH3

(global $PRIME_32_1 i64 (i64.const 0x9e3779b1))
(global $PRIME_32_2 i64 (i64.const 0x85ebca77))
(global $PRIME_32_3 i64 (i64.const 0xc2b2ae3d))
(global $PRIME_MIX_1 i64 (i64.const 0x165667919e3779f9))
(global $PRIME_MIX_2 i64 (i64.const 0x9fb21c651e98df25))

;; The longest inputs of each way.
(global $LONGEST_FEW   i32 (i32.const 16))
(global $LONGEST_SHORT i32 (i32.const 128))
(global $LONGEST_FOLDED i32 (i32.const 240))

;; After so many stripes of 64 bytes the accumulators are scrambled: each takes the secret from
;; eight bytes further on than the one before, and then there is none left.
(global $STRIPES_A_BLOCK i32 (i32.const 16))

;; low ^ high of a * b, which has 128 bits
(func $fold_product! (param $a i64) (param $b i64) (result i64)
  (local $a_high i64)
  (local $b_high i64)
  (local $high_low i64)
  (local $cross i64) ;; what the upper half gets of the others, from bit 32 on
  (local.set $a_high (i64.shr_u (local.get $a) (i64.const 32)))
  (local.set $b_high (i64.shr_u (local.get $b) (i64.const 32)))
  (local.set $high_low
    (i64.mul (local.get $a_high) (i64.and (local.get $b) (i64.const 0xffffffff))))
  (local.set $cross
    (i64.add
      (i64.add
        (i64.shr_u
          (i64.mul
            (i64.and (local.get $a) (i64.const 0xffffffff))
            (i64.and (local.get $b) (i64.const 0xffffffff)))
          (i64.const 32))
        (i64.and (local.get $high_low) (i64.const 0xffffffff)))
      (i64.mul (i64.and (local.get $a) (i64.const 0xffffffff)) (local.get $b_high))))
  (i64.xor
    (i64.mul (local.get $a) (local.get $b))
    (i64.add
      (i64.add
        (i64.shr_u (local.get $high_low) (i64.const 32))
        (i64.shr_u (local.get $cross) (i64.const 32)))
      (i64.mul (local.get $a_high) (local.get $b_high)))))

;; The end of XXH3 for all but the shortest inputs.
(func $avalanche_3! (param $hash i64) (result i64)
  (call $fold!
    (i64.mul (call $fold! (local.get $hash) (i64.const 37)) (global.get $PRIME_MIX_1))
    (i64.const 32)))

;; The hash of 1 to 3 bytes: the first, the middle and the last one and their number make a word.
(func $hash_1_to_3! (param $ptr i32) (param $len i32) (param $seed i64) (result i64)
  (call $avalanche!
    (i64.xor
      (i64.extend_i32_u
        (i32.or
          (i32.or
            (i32.shl (i32.load8_u (local.get $ptr)) (i32.const 16))
            (i32.shl
              (i32.load8_u
                (i32.add (local.get $ptr) (i32.shr_u (local.get $len) (i32.const 1))))
              (i32.const 24)))
          (i32.or
            (i32.load8_u
              (i32.add (local.get $ptr) (i32.sub (local.get $len) (i32.const 1))))
            (i32.shl (local.get $len) (i32.const 8)))))
      (i64.add
        (i64.extend_i32_u
          (i32.xor
            (i32.load (i32.const 0 (;SECRET;)))
            (i32.load (i32.const 4 (;SECRET+4;)))))
        (local.get $seed)))))

;; The four bytes of a word in the opposite order.
(func $reversed_32! (param $word i32) (result i32)
  (i32.or
    (i32.and (i32.rotl (local.get $word) (i32.const 8)) (i32.const 0x00ff00ff))
    (i32.and (i32.rotr (local.get $word) (i32.const 8)) (i32.const 0xff00ff00))))

;; The eight bytes of a word in the opposite order.
(func $reversed_64! (param $word i64) (result i64)
  (i64.or
    (i64.shl
      (i64.extend_i32_u (call $reversed_32! (i32.wrap_i64 (local.get $word))))
      (i64.const 32))
    (i64.extend_i32_u
      (call $reversed_32!
        (i32.wrap_i64 (i64.shr_u (local.get $word) (i64.const 32)))))))

;; The hash of 4 to 8 bytes: of the first four and the last four.
(func $hash_4_to_8! (param $ptr i32) (param $len i32) (param $seed i64) (result i64)
  (local $hash i64)
  (local.set $hash
    (i64.xor
      (i64.add
        (i64.load32_u
          (i32.add (local.get $ptr) (i32.sub (local.get $len) (i32.const 4))))
        (i64.shl (i64.load32_u (local.get $ptr)) (i64.const 32)))
      (i64.sub
        (i64.xor
          (i64.load (i32.const 8 (;SECRET+8;)))
          (i64.load (i32.const 16 (;SECRET+16;))))
        (i64.xor
          (local.get $seed)
          (i64.shl
            (i64.extend_i32_u (call $reversed_32! (i32.wrap_i64 (local.get $seed))))
            (i64.const 32))))))
  ;; hash ^ rotl(hash, 49) ^ rotl(hash, 24), and from there on as an end
  (local.set $hash
    (i64.mul
      (i64.xor
        (local.get $hash)
        (i64.xor
          (i64.rotl (local.get $hash) (i64.const 49))
          (i64.rotl (local.get $hash) (i64.const 24))))
      (global.get $PRIME_MIX_2)))
  (call $fold!
    (i64.mul
      (i64.xor
        (local.get $hash)
        (i64.add
          (i64.shr_u (local.get $hash) (i64.const 35))
          (i64.extend_i32_u (local.get $len))))
      (global.get $PRIME_MIX_2))
    (i64.const 28)))

;; The hash of 9 to 16 bytes: of the first eight and the last eight.
(func $hash_9_to_16! (param $ptr i32) (param $len i32) (param $seed i64) (result i64)
  (local $first i64)
  (local $last i64)
  (local.set $first
    (i64.xor
      (i64.load (local.get $ptr))
      (i64.add
        (i64.xor
          (i64.load (i32.const 24 (;SECRET+24;)))
          (i64.load (i32.const 32 (;SECRET+32;))))
        (local.get $seed))))
  (local.set $last
    (i64.xor
      (i64.load (i32.add (local.get $ptr) (i32.sub (local.get $len) (i32.const 8))))
      (i64.sub
        (i64.xor
          (i64.load (i32.const 40 (;SECRET+40;)))
          (i64.load (i32.const 48 (;SECRET+48;))))
        (local.get $seed))))
  (call $avalanche_3!
    (i64.add
      (i64.add
        (i64.extend_i32_u (local.get $len))
        (call $reversed_64! (local.get $first)))
      (i64.add
        (local.get $last)
        (call $fold_product! (local.get $first) (local.get $last))))))

;; What sixteen bytes come to with sixteen of the secret:
;; fold_product(first ^ (secret + seed), second ^ (next secret - seed))
(func $mix! (param $ptr i32) (param $secret i32) (param $seed i64) (result i64)
  (call $fold_product!
    (i64.xor
      (i64.load (local.get $ptr))
      (i64.add (i64.load (local.get $secret)) (local.get $seed)))
    (i64.xor
      (i64.load offset=8 (local.get $ptr))
      (i64.sub (i64.load offset=8 (local.get $secret)) (local.get $seed)))))

;; What the sixteen bytes at $offset from the beginning come to, and those at $offset from the end.
(func $mix_pair!
  (param $ptr i32) (param $end i32) (param $offset i32) (param $seed i64) (result i64)
  (local $secret i32)
  (local.set $secret
    (i32.add (global.get $SECRET) (i32.shl (local.get $offset) (i32.const 1))))
  (i64.add
    (call $mix!
      (call $at! (local.get $ptr) (local.get $offset))
      (local.get $secret)
      (local.get $seed))
    (call $mix!
      (i32.sub (local.get $end) (i32.add (local.get $offset) (i32.const 16)))
      (i32.add (local.get $secret) (i32.const 16))
      (local.get $seed))))

;; The hash of 17 to 128 bytes: in pairs from both ends inwards.
(func $hash_17_to_128 (param $ptr i32) (param $len i32) (param $seed i64) (result i64)
  (local $hash i64)
  (local $end i32) ;; one past the last byte
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (local.set $hash
    (i64.add
      (i64.mul (i64.extend_i32_u (local.get $len)) (global.get $PRIME_1))
      (call $mix_pair!
        (local.get $ptr) (local.get $end) (i32.const 0) (local.get $seed))))
  (block $done
    (br_if $done (i32.le_u (local.get $len) (i32.const 32)))
    (local.set $hash
      (i64.add
        (local.get $hash)
        (call $mix_pair!
          (local.get $ptr) (local.get $end) (i32.const 16) (local.get $seed))))
    (br_if $done (i32.le_u (local.get $len) (i32.const 64)))
    (local.set $hash
      (i64.add
        (local.get $hash)
        (call $mix_pair!
          (local.get $ptr) (local.get $end) (i32.const 32) (local.get $seed))))
    (br_if $done (i32.le_u (local.get $len) (i32.const 96)))
    (local.set $hash
      (i64.add
        (local.get $hash)
        (call $mix_pair!
          (local.get $ptr) (local.get $end) (i32.const 48) (local.get $seed)))))
  (call $avalanche_3! (local.get $hash)))

;; The hash of 129 to 240 bytes: sixteen by sixteen, the first eight with the secret as it stands,
;; those behind them from its fourth byte on, and the last sixteen bytes once more.
(func $hash_129_to_240 (param $ptr i32) (param $len i32) (param $seed i64) (result i64)
  (local $hash i64)
  (local $offset i32)
  (local $end i32) ;; of the whole sixteens, as an offset
  (local.set $hash (i64.mul (i64.extend_i32_u (local.get $len)) (global.get $PRIME_1)))
  (local.set $offset (i32.const 0))
  (loop $next_16!
    (local.set $hash
      (i64.add
        (local.get $hash)
        (call $mix!
          (call $at! (local.get $ptr) (local.get $offset))
          (i32.add (global.get $SECRET) (local.get $offset))
          (local.get $seed))))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $next_16! (i32.lt_u (local.get $offset) (i32.const 128))))
  (local.set $hash (call $avalanche_3! (local.get $hash)))
  (local.set $offset (i32.const 128))
  (local.set $end (i32.and (local.get $len) (i32.const -16)))
  (block $done
    (loop $next_16
      (br_if $done (i32.eq (local.get $offset) (local.get $end)))
      (local.set $hash
        (i64.add
          (local.get $hash)
          (call $mix!
            (i32.add (local.get $ptr) (local.get $offset))
            (i32.sub (local.get $offset) (i32.const 125))
            (local.get $seed))))
      (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
      (br $next_16)))
  (call $avalanche_3!
    (i64.add
      (local.get $hash)
      (call $mix!
        (i32.add (local.get $ptr) (i32.sub (local.get $len) (i32.const 16)))
        (i32.const 119 (;SECRET+119;))
        (local.get $seed)))))

;; Where the secret stands that a long input of this seed is mixed with.
(func $secret_of (param $seed i64) (result i32)
  (local $offset i32)
  (local $seeds v128) ;; seed, -seed
  (if (i64.eqz (local.get $seed)) (then (return (global.get $SECRET))))
  (local.set $seeds
    (i64x2.replace_lane 1
      (i64x2.splat (local.get $seed))
      (i64.sub (i64.const 0) (local.get $seed))))
  (local.set $offset (i32.const 0))
  (loop $next_16!
    (v128.store
      (i32.add (global.get $DERIVED) (local.get $offset))
      (i64x2.add
        (v128.load (i32.add (global.get $SECRET) (local.get $offset)))
        (local.get $seeds)))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $next_16! (i32.lt_u (local.get $offset) (i32.const 192))))
  (global.get $DERIVED))

;; Writes the accumulators of no bytes.
(func $start_accumulators (param $accumulators i32)
  (i64.store (local.get $accumulators) (global.get $PRIME_32_3))
  (i64.store offset=8 (local.get $accumulators) (global.get $PRIME_1))
  (i64.store offset=16 (local.get $accumulators) (global.get $PRIME_2))
  (i64.store offset=24 (local.get $accumulators) (global.get $PRIME_3))
  (i64.store offset=32 (local.get $accumulators) (global.get $PRIME_4))
  (i64.store offset=40 (local.get $accumulators) (global.get $PRIME_32_2))
  (i64.store offset=48 (local.get $accumulators) (global.get $PRIME_5))
  (i64.store offset=56 (local.get $accumulators) (global.get $PRIME_32_1)))

;; Four accumulators, to each of which the product is added of the two halves of data ^ secret.
(func $add_products!
  (param $data_a v128) (param $data_b v128) (param $secret i32)
  (param $sum_a v128) (param $sum_b v128) (result v128 v128)
  (local $low v128)  ;; the lower half of each
  (local $high v128) ;; the upper half of each
  (local.set $data_a (v128.xor (local.get $data_a) (v128.load (local.get $secret))))
  (local.set $data_b (v128.xor (local.get $data_b) (v128.load offset=16 (local.get $secret))))
  (local.set $low
    (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
      (local.get $data_a)
      (local.get $data_b)))
  (local.set $high
    (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
      (local.get $data_a)
      (local.get $data_b)))
  (i64x2.add
    (local.get $sum_a)
    (i64x2.extmul_low_i32x4_u (local.get $low) (local.get $high)))
  (i64x2.add
    (local.get $sum_b)
    (i64x2.extmul_high_i32x4_u (local.get $low) (local.get $high))))

;; The two words of a vector, exchanged.
(func $exchanged! (param $words v128) (result v128)
  (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $words) (local.get $words)))

;; accumulator' = (accumulator ^ (accumulator >> 47) ^ secret) * PRIME_32_1
(func $scramble! (param $words v128) (param $secret i32) (result v128)
  (i64x2.mul
    (v128.xor
      (v128.xor (local.get $words) (i64x2.shr_u (local.get $words) (i32.const 47)))
      (v128.load (local.get $secret)))
    (i64x2.splat (global.get $PRIME_32_1))))

;; Puts $stripes of 64 bytes each, from $ptr on, into the accumulators; $before is how many stripes
;; these have seen since they were scrambled. Each accumulator also gets the word of its neighbour,
;; and as these are sums, the words are added up first and exchanged at the end of a block.
;; One stripe a step: where sixteen are written out, V8 moves their loads ahead of everything and
;; spills them (0.65, 2026-11-29).
(func $add_stripes_3
  (param $accumulators i32) (param $ptr i32) (param $stripes i32) (param $before i32)
  (param $secret i32)
  (local $sum_0 v128) ;; the accumulators
  (local $sum_1 v128)
  (local $sum_2 v128)
  (local $sum_3 v128)
  (local $words_0 v128) ;; the words that are still to be exchanged
  (local $words_1 v128)
  (local $words_2 v128)
  (local $words_3 v128)
  (local $data_a v128)
  (local $data_b v128)
  (local $run i32)     ;; stripes up to the end of the block
  (local $key i32)     ;; where the secret of a stripe begins
  (local $key_end i32) ;; where that of the first one behind the run does
  (if (i32.eqz (local.get $stripes)) (then (return)))
  (local.set $sum_0 (v128.load (local.get $accumulators)))
  (local.set $sum_1 (v128.load offset=16 (local.get $accumulators)))
  (local.set $sum_2 (v128.load offset=32 (local.get $accumulators)))
  (local.set $sum_3 (v128.load offset=48 (local.get $accumulators)))
  (loop $next_run
    (local.set $run (i32.sub (global.get $STRIPES_A_BLOCK) (local.get $before)))
    (if (i32.lt_u (local.get $stripes) (local.get $run))
      (then (local.set $run (local.get $stripes))))
    (local.set $key
      (i32.add (local.get $secret) (i32.shl (local.get $before) (i32.const 3))))
    (local.set $key_end
      (i32.add (local.get $key) (i32.shl (local.get $run) (i32.const 3))))
    (local.set $before (i32.add (local.get $before) (local.get $run)))
    (local.set $stripes (i32.sub (local.get $stripes) (local.get $run)))
    (local.set $words_0 (v128.const i64x2 0 0))
    (local.set $words_1 (v128.const i64x2 0 0))
    (local.set $words_2 (v128.const i64x2 0 0))
    (local.set $words_3 (v128.const i64x2 0 0))
    (loop $next_stripe
      (local.set $data_a (v128.load (local.get $ptr)))
      (local.set $data_b (v128.load offset=16 (local.get $ptr)))
      (local.set $words_0 (i64x2.add (local.get $words_0) (local.get $data_a)))
      (local.set $words_1 (i64x2.add (local.get $words_1) (local.get $data_b)))
      (call $add_products!
        (local.get $data_a) (local.get $data_b)
        (call $at! (local.get $key) (i32.const 0))
        (local.get $sum_0) (local.get $sum_1))
      (local.set $sum_1)
      (local.set $sum_0)
      (local.set $data_a (v128.load offset=32 (local.get $ptr)))
      (local.set $data_b (v128.load offset=48 (local.get $ptr)))
      (local.set $words_2 (i64x2.add (local.get $words_2) (local.get $data_a)))
      (local.set $words_3 (i64x2.add (local.get $words_3) (local.get $data_b)))
      (call $add_products!
        (local.get $data_a) (local.get $data_b)
        (call $at! (local.get $key) (i32.const 32))
        (local.get $sum_2) (local.get $sum_3))
      (local.set $sum_3)
      (local.set $sum_2)
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
      (local.set $key (i32.add (local.get $key) (i32.const 8)))
      (br_if $next_stripe (i32.ne (local.get $key) (local.get $key_end))))
    (local.set $sum_0 (i64x2.add (local.get $sum_0) (call $exchanged! (local.get $words_0))))
    (local.set $sum_1 (i64x2.add (local.get $sum_1) (call $exchanged! (local.get $words_1))))
    (local.set $sum_2 (i64x2.add (local.get $sum_2) (call $exchanged! (local.get $words_2))))
    (local.set $sum_3 (i64x2.add (local.get $sum_3) (call $exchanged! (local.get $words_3))))
    (if (i32.eq (local.get $before) (global.get $STRIPES_A_BLOCK))
      (then
        (local.set $before (i32.const 0))
        (local.set $sum_0
          (call $scramble!
            (local.get $sum_0)
            (call $at! (local.get $secret) (i32.const 128))))
        (local.set $sum_1
          (call $scramble!
            (local.get $sum_1)
            (call $at! (local.get $secret) (i32.const 144))))
        (local.set $sum_2
          (call $scramble!
            (local.get $sum_2)
            (call $at! (local.get $secret) (i32.const 160))))
        (local.set $sum_3
          (call $scramble!
            (local.get $sum_3)
            (call $at! (local.get $secret) (i32.const 176))))))
    (br_if $next_run (local.get $stripes)))
  (v128.store (local.get $accumulators) (local.get $sum_0))
  (v128.store offset=16 (local.get $accumulators) (local.get $sum_1))
  (v128.store offset=32 (local.get $accumulators) (local.get $sum_2))
  (v128.store offset=48 (local.get $accumulators) (local.get $sum_3)))

;; What two accumulators come to at the end, with the secret.
(func $merge_pair! (param $words v128) (param $secret i32) (result i64)
  (local.set $words (v128.xor (local.get $words) (v128.load (local.get $secret))))
  (call $fold_product!
    (i64x2.extract_lane 0 (local.get $words))
    (i64x2.extract_lane 1 (local.get $words))))

;; The hash of $length bytes, of which the last 64 stand at $last_ptr, which goes into the
;; accumulators once more, with a place in the secret of its own.
(func $merge_accumulators
  (param $accumulators i32) (param $last_ptr i32) (param $length i64) (param $secret i32)
  (result i64)
  (local $sum_0 v128)
  (local $sum_1 v128)
  (local $sum_2 v128)
  (local $sum_3 v128)
  (call $add_products!
    (v128.load (local.get $last_ptr)) (v128.load offset=16 (local.get $last_ptr))
    (call $at! (local.get $secret) (i32.const 121))
    (v128.load (local.get $accumulators)) (v128.load offset=16 (local.get $accumulators)))
  (local.set $sum_1)
  (local.set $sum_0)
  (call $add_products!
    (v128.load offset=32 (local.get $last_ptr)) (v128.load offset=48 (local.get $last_ptr))
    (call $at! (local.get $secret) (i32.const 153))
    (v128.load offset=32 (local.get $accumulators))
    (v128.load offset=48 (local.get $accumulators)))
  (local.set $sum_3)
  (local.set $sum_2)
  (call $avalanche_3!
    (i64.add
      (i64.mul (local.get $length) (global.get $PRIME_1))
      (i64.add
        (i64.add
          (call $merge_pair!
            (i64x2.add
              (local.get $sum_0)
              (call $exchanged! (v128.load (local.get $last_ptr))))
            (call $at! (local.get $secret) (i32.const 11)))
          (call $merge_pair!
            (i64x2.add
              (local.get $sum_1)
              (call $exchanged! (v128.load offset=16 (local.get $last_ptr))))
            (call $at! (local.get $secret) (i32.const 27))))
        (i64.add
          (call $merge_pair!
            (i64x2.add
              (local.get $sum_2)
              (call $exchanged! (v128.load offset=32 (local.get $last_ptr))))
            (call $at! (local.get $secret) (i32.const 43)))
          (call $merge_pair!
            (i64x2.add
              (local.get $sum_3)
              (call $exchanged! (v128.load offset=48 (local.get $last_ptr))))
            (call $at! (local.get $secret) (i32.const 59))))))))

;; The hash of more than 240 bytes.
(func $hash_long (param $ptr i32) (param $len i32) (param $seed i64) (result i64)
  (local $secret i32)
  (local.set $secret (call $secret_of (local.get $seed)))
  (call $start_accumulators (global.get $ACCUMULATORS))
  ;; All stripes behind which there is another byte.
  (call $add_stripes_3
    (global.get $ACCUMULATORS)
    (local.get $ptr)
    (i32.shr_u (i32.sub (local.get $len) (i32.const 1)) (i32.const 6))
    (i32.const 0)
    (local.get $secret))
  (call $merge_accumulators
    (global.get $ACCUMULATORS)
    (i32.add (local.get $ptr) (i32.sub (local.get $len) (i32.const 64)))
    (i64.extend_i32_u (local.get $len))
    (local.get $secret)))

;; u64 xxh3_64(const u8 *ptr, u32 len, u64 seed)
;;   The XXH3 of [ptr, ptr+len), 64 bits: with seed 0 that of the default secret, else that of the
;;   secret that the seed makes of it.
;;   Reads the span, writes the static region, cannot fail. len = 0 gives the hash of no bytes.
(func $xxh3_64 (export "xxh3_64")
  (param $ptr i32) (param $len i32) (param $seed i64) (result i64)
  (if (i32.le_u (local.get $len) (global.get $LONGEST_FEW))
    (then
      (if (i32.gt_u (local.get $len) (i32.const 8))
        (then
          (return
            (call $hash_9_to_16! (local.get $ptr) (local.get $len) (local.get $seed)))))
      (if (i32.ge_u (local.get $len) (i32.const 4))
        (then
          (return
            (call $hash_4_to_8! (local.get $ptr) (local.get $len) (local.get $seed)))))
      (if (local.get $len)
        (then
          (return
            (call $hash_1_to_3! (local.get $ptr) (local.get $len) (local.get $seed)))))
      (return
        (call $avalanche!
          (i64.xor
            (local.get $seed)
            (i64.xor
              (i64.load (i32.const 56 (;SECRET+56;)))
              (i64.load (i32.const 64 (;SECRET+64;)))))))))
  (if (i32.le_u (local.get $len) (global.get $LONGEST_SHORT))
    (then
      (return
        (call $hash_17_to_128 (local.get $ptr) (local.get $len) (local.get $seed)))))
  (if (i32.le_u (local.get $len) (global.get $LONGEST_FOLDED))
    (then
      (return
        (call $hash_129_to_240 (local.get $ptr) (local.get $len) (local.get $seed)))))
  (call $hash_long (local.get $ptr) (local.get $len) (local.get $seed)))

;; Layout xxh3_64_state
;;   offset  size  field         meaning
;;        0     8  length        u64: how many bytes there were so far
;;        8     8  seed          u64
;;       16    64  accumulators  eight u64: the hash of all multiples of 256 bytes behind which
;;                               there is another byte
;;       80   256  buffer        the last 256 bytes, each at its place mod 256
(global $XXH3_64_STATE_SIZE (export "xxh3_64_state_size") i32 (i32.const 336))

;; void xxh3_64_init(u8 *state_ptr, u64 seed)
;;   Begins a byte string in pieces. The state has xxh3_64_state_size bytes: an xxh3_64_state.
;;   Writes the state, cannot fail.
(func $xxh3_64_init (export "xxh3_64_init") (param $state_ptr i32) (param $seed i64)
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $XXH3_64_STATE_SIZE))
  (i64.store offset=8 (;SEED;) (local.get $state_ptr) (local.get $seed))
  (call $start_accumulators
    (i32.add (local.get $state_ptr) (i32.const 16 (;XXH3_64_STATE.ACCUMULATORS;)))))

;; How many bytes of a state are in its buffer alone: 1 to 256, or none where there are none at all.
(func $buffered! (param $length i64) (result i32)
  (select
    (i32.add
      (i32.and
        (i32.sub (i32.wrap_i64 (local.get $length)) (i32.const 1))
        (i32.const 255))
      (i32.const 1))
    (i32.const 0)
    (i64.ne (local.get $length) (i64.const 0))))

;; How many stripes the accumulators of a state have seen since they were scrambled: 0, 4, 8 or 12.
(func $stripes_before! (param $length i64) (result i32)
  (i32.and
    (i32.shr_u
      (i32.wrap_i64
        (i64.sub (local.get $length) (i64.extend_i32_u (i64.ne (local.get $length) (i64.const 0)))))
      (i32.const 6))
    (i32.const 12)))

;; void xxh3_64_update(u8 *state_ptr, const u8 *ptr, u32 len)
;;   Goes on with a byte string by [ptr, ptr+len).
;;   Reads the span, writes the state and the static region, cannot fail. len = 0 changes nothing.
(func $xxh3_64_update (export "xxh3_64_update")
  (param $state_ptr i32) (param $ptr i32) (param $len i32)
  (local $length i64)       ;; how many bytes there were before
  (local $buffer_ptr i32)
  (local $buffered i32)
  (local $room i32)         ;; what the buffer has room for
  (local $before i32)       ;; stripes since the accumulators were scrambled
  (local $secret i32)
  (local $whole i32)        ;; bytes that go into the accumulators, multiples of 256
  (if (i32.eqz (local.get $len)) (then (return)))
  (local.set $length (i64.load offset=0 (;XXH3_64_STATE.LENGTH;) (local.get $state_ptr)))
  (i64.store offset=0 (;XXH3_64_STATE.LENGTH;) (local.get $state_ptr)
    (i64.add (local.get $length) (i64.extend_i32_u (local.get $len))))
  (local.set $buffer_ptr
    (i32.add (local.get $state_ptr) (i32.const 80 (;XXH3_64_STATE.BUFFER;))))
  (local.set $buffered (call $buffered! (local.get $length)))
  (local.set $room (i32.sub (i32.const 256) (local.get $buffered)))
  (if (i32.le_u (local.get $len) (local.get $room))
    (then
      (call $copy_short
        (i32.add (local.get $buffer_ptr) (local.get $buffered))
        (local.get $ptr)
        (local.get $len))
      (return)))
  (local.set $secret
    (call $secret_of (i64.load offset=8 (;SEED;) (local.get $state_ptr))))
  (local.set $before (call $stripes_before! (local.get $length)))
  (if (local.get $buffered)
    (then
      (call $copy_short
        (i32.add (local.get $buffer_ptr) (local.get $buffered))
        (local.get $ptr)
        (local.get $room))
      (call $add_stripes_3
        (i32.add (local.get $state_ptr) (i32.const 16 (;XXH3_64_STATE.ACCUMULATORS;)))
        (local.get $buffer_ptr)
        (i32.const 4)
        (local.get $before)
        (local.get $secret))
      (local.set $before
        (i32.and (i32.add (local.get $before) (i32.const 4)) (i32.const 12)))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $room)))
      (local.set $len (i32.sub (local.get $len) (local.get $room)))))
  (local.set $whole
    (i32.and (i32.sub (local.get $len) (i32.const 1)) (i32.const -256)))
  (if (local.get $whole)
    (then
      (call $add_stripes_3
        (i32.add (local.get $state_ptr) (i32.const 16 (;XXH3_64_STATE.ACCUMULATORS;)))
        (local.get $ptr)
        (i32.shr_u (local.get $whole) (i32.const 6))
        (local.get $before)
        (local.get $secret))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $whole)))
      ;; The last stripe may reach back to what is in the accumulators already.
      (call $copy_short
        (local.get $buffer_ptr)
        (i32.sub (local.get $ptr) (i32.const 256))
        (i32.const 256))))
  (call $copy_short
    (local.get $buffer_ptr)
    (local.get $ptr)
    (i32.sub (local.get $len) (local.get $whole))))

;; u64 xxh3_64_finish(u8 *state_ptr)
;;   Ends a byte string: returns its hash, and zeroes the state.
;;   Writes the state and the static region, cannot fail.
(func $xxh3_64_finish (export "xxh3_64_finish") (param $state_ptr i32) (result i64)
  (local $length i64)
  (local $buffer_ptr i32)
  (local $buffered i32)
  (local $secret i32)
  (local $hash i64)
  (local.set $length (i64.load offset=0 (;XXH3_64_STATE.LENGTH;) (local.get $state_ptr)))
  (local.set $buffer_ptr
    (i32.add (local.get $state_ptr) (i32.const 80 (;XXH3_64_STATE.BUFFER;))))
  (if (i64.le_u (local.get $length) (i64.extend_i32_u (global.get $LONGEST_FOLDED)))
    (then
      (local.set $hash
        (call $xxh3_64
          (local.get $buffer_ptr)
          (i32.wrap_i64 (local.get $length))
          (i64.load offset=8 (;SEED;) (local.get $state_ptr)))))
    (else
      (local.set $buffered (call $buffered! (local.get $length)))
      (local.set $secret
        (call $secret_of (i64.load offset=8 (;SEED;) (local.get $state_ptr))))
      (call $add_stripes_3
        (i32.add (local.get $state_ptr) (i32.const 16 (;XXH3_64_STATE.ACCUMULATORS;)))
        (local.get $buffer_ptr)
        (i32.shr_u (i32.sub (local.get $buffered) (i32.const 1)) (i32.const 6))
        (call $stripes_before! (local.get $length))
        (local.get $secret))
      (if (i32.lt_u (local.get $buffered) (i32.const 64))
        (then
          ;; The last 64 bytes are the end of the buffer and its beginning.
          (call $copy_short
            (global.get $AROUND_END)
            (i32.add (local.get $buffer_ptr) (i32.const 192))
            (i32.const 64))
          (call $copy_short
            (i32.add (global.get $AROUND_END) (i32.const 64))
            (local.get $buffer_ptr)
            (i32.const 64))
          (local.set $buffer_ptr
            (i32.add (global.get $AROUND_END) (i32.const 64)))))
      (local.set $hash
        (call $merge_accumulators
          (i32.add (local.get $state_ptr) (i32.const 16 (;XXH3_64_STATE.ACCUMULATORS;)))
          (i32.sub
            (i32.add (local.get $buffer_ptr) (local.get $buffered))
            (i32.const 64))
          (local.get $length)
          (local.get $secret)))))
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $XXH3_64_STATE_SIZE))
  (local.get $hash))
