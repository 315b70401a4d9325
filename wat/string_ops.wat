;;! summary  = "FNV-1a hashing, lexicographic comparison and substring search of byte strings"
;;! spec     = "draft-eastlake-fnv; Boyer-Moore; Galil; Crochemore-Perrin 1991; Aho-Corasick 1975"
;;! exports  = [
;;!   "fnv1a32", "fnv1a32_update", "fnv1a32_serial", "fnv1a32_batch",
;;!   "fnv1a64", "fnv1a64_update", "fnv1a64_serial", "fnv1a64_batch",
;;!   "compare", "search", "search_all",
;;!   "search_many_bound", "search_many_compile", "search_many_work_size", "search_many",
;;! ]
;;! fragments = ["lib/address", "search_many"]

;; Hashing a byte at a time is bound by the latency of a multiplication, so longer strings are
;; hashed bit plane by bit plane, and many short ones side by side. Comparison looks at 64 bytes a
;; step. Search looks for the needle's rarest byte in steps of 64, which is as fast as memory on
;; ordinary text; where near matches make that expensive it goes over to an algorithm that is linear
;; whatever the text: Boyer-Moore with Galil's rule, or, for needles longer than its tables, the
;; two-way algorithm, which needs none.

;; Memory map
;;   offset  length  name           meaning
;;        0     256  commonness     how common each byte is in text, 0 to 18, see below
;;      256     512  bad_character  u16 a byte: distance of its last place from the needle's end
;;      768    8194  good_suffix    u16 a place: shift after a mismatch there
;;     8962    8194  border         u16 a place: where the widest border of that suffix begins
;;    17408    1024  bytes          FNV, a block of 1024 bytes: byte j of all runs at 128 j
;;    18432    1024  planes         bit k of byte j of all runs at 128 k + 16 j; then that of l & b
;;    19456     896  x              bit k of x at 128 k + 16 j, k < 7
;;    20352     512  triple         bit k of 3 x in the same order, k < 4
;;    20864     128  carry_2        carry of x + 2x into the bit at hand
;;    20992     128  carry_16       carry of the sum with 16 x or 48 x into the bit at hand
;;    21120     288  parities       prefix parities within a run; two buffers of 9
;;    21408     128  state          bit k of the hash before the block, in every bit
;;    21536    1024  masked         l & b as bytes, in the order of `bytes`
;;    22560    1024  weights        powers of the prime, in the order of `bytes`
;;    23616    1024  groups         which nibbles the needles of each bit have: 128 bytes a bit
;;    24640      64  group_costs    f64: how common all these are together
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 24704))

(global $GROUPS      i32 (i32.const 23616))
(global $GROUP_COSTS i32 (i32.const 24640))

(global $BAD_CHARACTER i32 (i32.const 256))
(global $GOOD_SUFFIX   i32 (i32.const 768))
(global $BORDER        i32 (i32.const 8962))

;; The longest needle that the Boyer-Moore tables have room for.
(global $LONGEST_TABLED i32 (i32.const 4096))

;; log2 of how often a byte stands in 1 MiB of source text, the mean of four corpora of 2 to 4 MB
;; (Rust, JavaScript, Python, Markdown; counted 2026-11-22). A byte that is not in them is at 0.
;; Only speed depends on it.
(data (i32.const 0)
  ;; 00 to 1f: of the control characters only tab, line feed and carriage return are common
  "\00\00\00\00\00\00\00\00\00\07\0f\00\00\08\00\00"
  "\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00"
  ;; space ! " # $ % & ' ( ) * + , - . / and 0 to 9 : ; < = > ?
  "\12\0a\0c\0c\08\08\0a\0c\0d\0d\0b\09\0d\0d\0e\0d"
  "\0c\0c\0c\0c\0b\0b\0b\0b\0b\0a\0e\0c\0a\0d\0b\09"
  ;; @ A to Z [ \ ] ^ _
  "\08\0d\0b\0c\0c\0d\0b\0a\0a\0c\09\0a\0c\0b\0c\0c"
  "\0c\09\0c\0c\0c\0b\0a\0a\09\09\08\0c\0a\0c\07\0e"
  ;; ` a to z { | } ~
  "\0d\0f\0d\0e\0e\10\0e\0e\0e\0f\0a\0c\0f\0e\0f\0f"
  "\0e\0a\0f\0f\10\0e\0c\0c\0c\0d\0a\0c\0a\0c\06\00"
  ;; 80 to bf: continuation bytes of UTF-8
  "\08\04\05\04\04\05\06\04\04\05\04\03\06\04\04\04"
  "\07\05\04\05\08\08\05\04\04\06\04\04\05\04\04\04"
  "\05\04\04\04\05\05\04\04\04\04\04\04\04\04\04\04"
  "\04\04\04\04\04\04\04\04\05\05\05\05\04\06\03\06"
  ;; c0 to ff: leading bytes of UTF-8
  "\00\00\07\07\05\05\02\00\00\00\00\03\01\00\05\03"
  "\06\05\02\00\00\02\01\03\04\04\00\01\00\00\00\00"
  "\06\05\09\01\00\00\00\00\00\00\02\00\00\00\00\06"
  "\05\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00")

;; ---- FNV-1a

(global $BASIS_32 i32 (i32.const 0x811c9dc5))
(global $PRIME_32 i32 (i32.const 0x01000193))
(global $BASIS_64 i64 (i64.const 0xcbf29ce484222325))
(global $PRIME_64 i64 (i64.const 0x00000100000001b3))

;; hash' = (hash ^ byte) * PRIME_32   mod 2^32
(func $mix_32! (param $hash i32) (param $byte i32) (result i32)
  (i32.mul
    (i32.xor (local.get $hash) (local.get $byte))
    (global.get $PRIME_32)))

;; hash' = (hash ^ byte) * PRIME_64   mod 2^64
(func $mix_64! (param $hash i64) (param $byte i64) (result i64)
  (i64.mul
    (i64.xor (local.get $hash) (local.get $byte))
    (global.get $PRIME_64)))

;; u32 fnv1a32(const u8 *ptr, u32 len)
;;   The 32-bit FNV-1a hash of [ptr, ptr+len).
;;   Reads the span, writes the static region, cannot fail. len = 0 gives the offset basis.
(func $fnv1a32 (export "fnv1a32") (param $ptr i32) (param $len i32) (result i32)
  (call $fnv1a32_update (global.get $BASIS_32) (local.get $ptr) (local.get $len)))

;; u32 fnv1a32_update(u32 hash, const u8 *ptr, u32 len)
;;   The hash of what `hash` is the hash of, followed by [ptr, ptr+len); for texts in pieces.
;;   Reads the span, writes the static region, cannot fail. len = 0 gives `hash`.
(func $fnv1a32_update (export "fnv1a32_update")
  (param $hash i32) (param $ptr i32) (param $len i32) (result i32)
  (local $whole i32) ;; bytes in whole blocks
  (if (i32.ge_u (local.get $len) (i32.const 1024))
    (then
      (local.set $whole (i32.and (local.get $len) (i32.const -1024)))
      (local.set $hash
        (call $fnv1a32_blocks (local.get $hash) (local.get $ptr) (local.get $whole)))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $whole)))
      (local.set $len (i32.sub (local.get $len) (local.get $whole)))))
  (call $fnv1a32_serial (local.get $hash) (local.get $ptr) (local.get $len)))

;; u32 fnv1a32_serial(u32 hash, const u8 *ptr, u32 len)
;;   As fnv1a32_update, a byte at a time: for engines that do not compile, where fewer instructions
;;   are all that counts.
;;   Reads the span, writes nothing, cannot fail. len = 0 gives `hash`.
(func $fnv1a32_serial (export "fnv1a32_serial")
  (param $hash i32) (param $ptr i32) (param $len i32) (result i32)
  (local $end i32)      ;; one past the last byte
  (local $last_8 i32)   ;; the last place where eight bytes are left
  (local $byte i32)     ;; which of the next eight
  (if (i32.eqz (local.get $len)) (then (return (local.get $hash))))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (if (i32.ge_u (local.get $len) (i32.const 8))
    (then
      (local.set $last_8 (i32.sub (local.get $end) (i32.const 8)))
      (loop $next_8
        (local.set $byte (i32.const 0))
        (loop $byte!
          (local.set $hash
            (call $mix_32! (local.get $hash)
              (i32.load8_u (call $at! (local.get $ptr) (local.get $byte)))))
          (local.set $byte (i32.add (local.get $byte) (i32.const 1)))
          (br_if $byte! (i32.lt_u (local.get $byte) (i32.const 8))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))
        (br_if $next_8 (i32.le_u (local.get $ptr) (local.get $last_8))))))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
      (local.set $hash
        (call $mix_32! (local.get $hash) (i32.load8_u (local.get $ptr))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br $next_byte)))
  (local.get $hash))

;; u64 fnv1a64(const u8 *ptr, u32 len)
;;   The 64-bit FNV-1a hash of [ptr, ptr+len).
;;   Reads the span, writes the static region, cannot fail. len = 0 gives the offset basis.
(func $fnv1a64 (export "fnv1a64") (param $ptr i32) (param $len i32) (result i64)
  (call $fnv1a64_update (global.get $BASIS_64) (local.get $ptr) (local.get $len)))

;; u64 fnv1a64_update(u64 hash, const u8 *ptr, u32 len)
;;   The hash of what `hash` is the hash of, followed by [ptr, ptr+len); for texts in pieces.
;;   Reads the span, writes the static region, cannot fail. len = 0 gives `hash`.
(func $fnv1a64_update (export "fnv1a64_update")
  (param $hash i64) (param $ptr i32) (param $len i32) (result i64)
  (local $whole i32) ;; bytes in whole blocks
  (if (i32.ge_u (local.get $len) (i32.const 1024))
    (then
      (local.set $whole (i32.and (local.get $len) (i32.const -1024)))
      (local.set $hash
        (call $fnv1a64_blocks (local.get $hash) (local.get $ptr) (local.get $whole)))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $whole)))
      (local.set $len (i32.sub (local.get $len) (local.get $whole)))))
  (call $fnv1a64_serial (local.get $hash) (local.get $ptr) (local.get $len)))

;; u64 fnv1a64_serial(u64 hash, const u8 *ptr, u32 len)
;;   As fnv1a64_update, a byte at a time: for engines that do not compile, where fewer instructions
;;   are all that counts.
;;   Reads the span, writes nothing, cannot fail. len = 0 gives `hash`.
(func $fnv1a64_serial (export "fnv1a64_serial")
  (param $hash i64) (param $ptr i32) (param $len i32) (result i64)
  (local $end i32)      ;; one past the last byte
  (local $last_8 i32)   ;; the last place where eight bytes are left
  (local $byte i32)     ;; which of the next eight
  (if (i32.eqz (local.get $len)) (then (return (local.get $hash))))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (if (i32.ge_u (local.get $len) (i32.const 8))
    (then
      (local.set $last_8 (i32.sub (local.get $end) (i32.const 8)))
      (loop $next_8
        (local.set $byte (i32.const 0))
        (loop $byte!
          (local.set $hash
            (call $mix_64! (local.get $hash)
              (i64.load8_u (call $at! (local.get $ptr) (local.get $byte)))))
          (local.set $byte (i32.add (local.get $byte) (i32.const 1)))
          (br_if $byte! (i32.lt_u (local.get $byte) (i32.const 8))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))
        (br_if $next_8 (i32.le_u (local.get $ptr) (local.get $last_8))))))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
      (local.set $hash
        (call $mix_64! (local.get $hash) (i64.load8_u (local.get $ptr))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br $next_byte)))
  (local.get $hash))

;; ---- FNV-1a of many strings

;; One string waits for its multiplications; four side by side keep the multiplier busy.

;; Layout span
;;   offset  size  field  meaning
;;        0     4  ptr    where a string begins
;;        4     4  len    how many bytes it has

;; A span of a list.
(func $take_span! (param $at i32) (result i32 i32)
  (i32.load offset=0 (;PTR;) (local.get $at))
  (i32.load offset=4 (;LEN;) (local.get $at)))

(func $least! (param $a i32) (param $b i32) (result i32)
  (select (local.get $a) (local.get $b) (i32.lt_u (local.get $a) (local.get $b))))

;; void fnv1a32_batch(const span *spans_ptr, u32 count, u32 *dst_ptr)
;;   The 32-bit FNV-1a hashes of `count` spans, 4 bytes each, in their order. `spans_ptr` has a
;;   little-endian u32 pair (ptr, len) for each.
;;   Reads the list and the spans, writes 4 * count bytes and the static region, cannot fail. An
;;   empty span gives the offset basis.
(func $fnv1a32_batch (export "fnv1a32_batch")
  (param $spans_ptr i32) (param $count i32) (param $dst_ptr i32)
  (local $spans_end i32)
  (local $step i32)   ;; how far all four strings go on
  (local $index i32)  ;; how far they are
  (local $last_4 i32) ;; the last place where four bytes are left
  (local $byte i32)   ;; which of the next four
  (local $hash_0 i32)  ;; of four strings: the hash so far, what is left, and where the hash goes
  (local $ptr_0 i32)
  (local $left_0 i32)
  (local $dst_0 i32)
  (local $hash_1 i32)
  (local $ptr_1 i32)
  (local $left_1 i32)
  (local $dst_1 i32)
  (local $hash_2 i32)
  (local $ptr_2 i32)
  (local $left_2 i32)
  (local $dst_2 i32)
  (local $hash_3 i32)
  (local $ptr_3 i32)
  (local $left_3 i32)
  (local $dst_3 i32)
  (local.set $spans_end
    (i32.add (local.get $spans_ptr) (i32.shl (local.get $count) (i32.const 3))))
  (if (i32.ge_u (local.get $count) (i32.const 4))
    (then
      (local.set $dst_0 (i32.add (local.get $dst_ptr) (i32.const 0)))
      (call $take_span! (i32.add (local.get $spans_ptr) (i32.const 0)))
      (local.set $left_0)
      (local.set $ptr_0)
      (local.set $hash_0 (global.get $BASIS_32))
      (local.set $dst_1 (i32.add (local.get $dst_ptr) (i32.const 4)))
      (call $take_span! (i32.add (local.get $spans_ptr) (i32.const 8)))
      (local.set $left_1)
      (local.set $ptr_1)
      (local.set $hash_1 (global.get $BASIS_32))
      (local.set $dst_2 (i32.add (local.get $dst_ptr) (i32.const 8)))
      (call $take_span! (i32.add (local.get $spans_ptr) (i32.const 16)))
      (local.set $left_2)
      (local.set $ptr_2)
      (local.set $hash_2 (global.get $BASIS_32))
      (local.set $dst_3 (i32.add (local.get $dst_ptr) (i32.const 12)))
      (call $take_span! (i32.add (local.get $spans_ptr) (i32.const 24)))
      (local.set $left_3)
      (local.set $ptr_3)
      (local.set $hash_3 (global.get $BASIS_32))
      (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 32)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 16)))
      (block $no_more_spans
        (loop $next_step
          (local.set $step
            (call $least!
              (call $least! (local.get $left_0) (local.get $left_1))
              (call $least! (local.get $left_2) (local.get $left_3))))
          (if (local.get $step)
            (then
              (local.set $index (i32.const 0))
              (local.set $last_4 (i32.sub (local.get $step) (i32.const 4)))
              (if (i32.ge_s (local.get $last_4) (i32.const 0))
                (then
                  (loop $next_4
                    (local.set $byte (i32.const 0))
                    (loop $byte!
                      (local.set $hash_0
                        (call $mix_32! (local.get $hash_0)
                          (i32.load8_u
                            (call $at!
                              (i32.add (local.get $ptr_0) (local.get $index))
                              (local.get $byte)))))
                      (local.set $hash_1
                        (call $mix_32! (local.get $hash_1)
                          (i32.load8_u
                            (call $at!
                              (i32.add (local.get $ptr_1) (local.get $index))
                              (local.get $byte)))))
                      (local.set $hash_2
                        (call $mix_32! (local.get $hash_2)
                          (i32.load8_u
                            (call $at!
                              (i32.add (local.get $ptr_2) (local.get $index))
                              (local.get $byte)))))
                      (local.set $hash_3
                        (call $mix_32! (local.get $hash_3)
                          (i32.load8_u
                            (call $at!
                              (i32.add (local.get $ptr_3) (local.get $index))
                              (local.get $byte)))))
                      (local.set $byte (i32.add (local.get $byte) (i32.const 1)))
                      (br_if $byte! (i32.lt_u (local.get $byte) (i32.const 4))))
                    (local.set $index (i32.add (local.get $index) (i32.const 4)))
                    (br_if $next_4 (i32.le_u (local.get $index) (local.get $last_4))))))
              (block $stepped
                (loop $next_byte
                  (br_if $stepped (i32.eq (local.get $index) (local.get $step)))
                  (local.set $hash_0
                    (call $mix_32! (local.get $hash_0)
                      (i32.load8_u (i32.add (local.get $ptr_0) (local.get $index)))))
                  (local.set $hash_1
                    (call $mix_32! (local.get $hash_1)
                      (i32.load8_u (i32.add (local.get $ptr_1) (local.get $index)))))
                  (local.set $hash_2
                    (call $mix_32! (local.get $hash_2)
                      (i32.load8_u (i32.add (local.get $ptr_2) (local.get $index)))))
                  (local.set $hash_3
                    (call $mix_32! (local.get $hash_3)
                      (i32.load8_u (i32.add (local.get $ptr_3) (local.get $index)))))
                  (local.set $index (i32.add (local.get $index) (i32.const 1)))
                  (br $next_byte)))))
          (local.set $ptr_0 (i32.add (local.get $ptr_0) (local.get $step)))
          (local.set $left_0 (i32.sub (local.get $left_0) (local.get $step)))
          (local.set $ptr_1 (i32.add (local.get $ptr_1) (local.get $step)))
          (local.set $left_1 (i32.sub (local.get $left_1) (local.get $step)))
          (local.set $ptr_2 (i32.add (local.get $ptr_2) (local.get $step)))
          (local.set $left_2 (i32.sub (local.get $left_2) (local.get $step)))
          (local.set $ptr_3 (i32.add (local.get $ptr_3) (local.get $step)))
          (local.set $left_3 (i32.sub (local.get $left_3) (local.get $step)))
          (if (i32.eqz (local.get $left_0))
            (then
              (i32.store (local.get $dst_0) (local.get $hash_0))
              (br_if $no_more_spans (i32.eq (local.get $spans_ptr) (local.get $spans_end)))
              (call $take_span! (local.get $spans_ptr))
              (local.set $left_0)
              (local.set $ptr_0)
              (local.set $hash_0 (global.get $BASIS_32))
              (local.set $dst_0 (local.get $dst_ptr))
              (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 8)))
              (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))))
          (if (i32.eqz (local.get $left_1))
            (then
              (i32.store (local.get $dst_1) (local.get $hash_1))
              (br_if $no_more_spans (i32.eq (local.get $spans_ptr) (local.get $spans_end)))
              (call $take_span! (local.get $spans_ptr))
              (local.set $left_1)
              (local.set $ptr_1)
              (local.set $hash_1 (global.get $BASIS_32))
              (local.set $dst_1 (local.get $dst_ptr))
              (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 8)))
              (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))))
          (if (i32.eqz (local.get $left_2))
            (then
              (i32.store (local.get $dst_2) (local.get $hash_2))
              (br_if $no_more_spans (i32.eq (local.get $spans_ptr) (local.get $spans_end)))
              (call $take_span! (local.get $spans_ptr))
              (local.set $left_2)
              (local.set $ptr_2)
              (local.set $hash_2 (global.get $BASIS_32))
              (local.set $dst_2 (local.get $dst_ptr))
              (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 8)))
              (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))))
          (if (i32.eqz (local.get $left_3))
            (then
              (i32.store (local.get $dst_3) (local.get $hash_3))
              (br_if $no_more_spans (i32.eq (local.get $spans_ptr) (local.get $spans_end)))
              (call $take_span! (local.get $spans_ptr))
              (local.set $left_3)
              (local.set $ptr_3)
              (local.set $hash_3 (global.get $BASIS_32))
              (local.set $dst_3 (local.get $dst_ptr))
              (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 8)))
              (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))))
          (br $next_step)))
      (i32.store (local.get $dst_0)
        (call $fnv1a32_update
          (local.get $hash_0) (local.get $ptr_0) (local.get $left_0)))
      (i32.store (local.get $dst_1)
        (call $fnv1a32_update
          (local.get $hash_1) (local.get $ptr_1) (local.get $left_1)))
      (i32.store (local.get $dst_2)
        (call $fnv1a32_update
          (local.get $hash_2) (local.get $ptr_2) (local.get $left_2)))
      (i32.store (local.get $dst_3)
        (call $fnv1a32_update
          (local.get $hash_3) (local.get $ptr_3) (local.get $left_3)))))
  (block $done
    (loop $next_span
      (br_if $done (i32.eq (local.get $spans_ptr) (local.get $spans_end)))
      (call $take_span! (local.get $spans_ptr))
      (local.set $left_0)
      (local.set $ptr_0)
      (i32.store (local.get $dst_ptr)
        (call $fnv1a32 (local.get $ptr_0) (local.get $left_0)))
      (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 8)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))
      (br $next_span))))

;; void fnv1a64_batch(const span *spans_ptr, u32 count, u64 *dst_ptr)
;;   The 64-bit FNV-1a hashes of `count` spans, 8 bytes each, in their order. `spans_ptr` has a
;;   little-endian u32 pair (ptr, len) for each.
;;   Reads the list and the spans, writes 8 * count bytes and the static region, cannot fail. An
;;   empty span gives the offset basis.
(func $fnv1a64_batch (export "fnv1a64_batch")
  (param $spans_ptr i32) (param $count i32) (param $dst_ptr i32)
  (local $spans_end i32)
  (local $step i32)   ;; how far all four strings go on
  (local $index i32)  ;; how far they are
  (local $last_4 i32) ;; the last place where four bytes are left
  (local $byte i32)   ;; which of the next four
  (local $hash_0 i64)  ;; of four strings: the hash so far, what is left, and where the hash goes
  (local $ptr_0 i32)
  (local $left_0 i32)
  (local $dst_0 i32)
  (local $hash_1 i64)
  (local $ptr_1 i32)
  (local $left_1 i32)
  (local $dst_1 i32)
  (local $hash_2 i64)
  (local $ptr_2 i32)
  (local $left_2 i32)
  (local $dst_2 i32)
  (local $hash_3 i64)
  (local $ptr_3 i32)
  (local $left_3 i32)
  (local $dst_3 i32)
  (local.set $spans_end
    (i32.add (local.get $spans_ptr) (i32.shl (local.get $count) (i32.const 3))))
  (if (i32.ge_u (local.get $count) (i32.const 4))
    (then
      (local.set $dst_0 (i32.add (local.get $dst_ptr) (i32.const 0)))
      (call $take_span! (i32.add (local.get $spans_ptr) (i32.const 0)))
      (local.set $left_0)
      (local.set $ptr_0)
      (local.set $hash_0 (global.get $BASIS_64))
      (local.set $dst_1 (i32.add (local.get $dst_ptr) (i32.const 8)))
      (call $take_span! (i32.add (local.get $spans_ptr) (i32.const 8)))
      (local.set $left_1)
      (local.set $ptr_1)
      (local.set $hash_1 (global.get $BASIS_64))
      (local.set $dst_2 (i32.add (local.get $dst_ptr) (i32.const 16)))
      (call $take_span! (i32.add (local.get $spans_ptr) (i32.const 16)))
      (local.set $left_2)
      (local.set $ptr_2)
      (local.set $hash_2 (global.get $BASIS_64))
      (local.set $dst_3 (i32.add (local.get $dst_ptr) (i32.const 24)))
      (call $take_span! (i32.add (local.get $spans_ptr) (i32.const 24)))
      (local.set $left_3)
      (local.set $ptr_3)
      (local.set $hash_3 (global.get $BASIS_64))
      (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 32)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 32)))
      (block $no_more_spans
        (loop $next_step
          (local.set $step
            (call $least!
              (call $least! (local.get $left_0) (local.get $left_1))
              (call $least! (local.get $left_2) (local.get $left_3))))
          (if (local.get $step)
            (then
              (local.set $index (i32.const 0))
              (local.set $last_4 (i32.sub (local.get $step) (i32.const 4)))
              (if (i32.ge_s (local.get $last_4) (i32.const 0))
                (then
                  (loop $next_4
                    (local.set $byte (i32.const 0))
                    (loop $byte!
                      (local.set $hash_0
                        (call $mix_64! (local.get $hash_0)
                          (i64.load8_u
                            (call $at!
                              (i32.add (local.get $ptr_0) (local.get $index))
                              (local.get $byte)))))
                      (local.set $hash_1
                        (call $mix_64! (local.get $hash_1)
                          (i64.load8_u
                            (call $at!
                              (i32.add (local.get $ptr_1) (local.get $index))
                              (local.get $byte)))))
                      (local.set $hash_2
                        (call $mix_64! (local.get $hash_2)
                          (i64.load8_u
                            (call $at!
                              (i32.add (local.get $ptr_2) (local.get $index))
                              (local.get $byte)))))
                      (local.set $hash_3
                        (call $mix_64! (local.get $hash_3)
                          (i64.load8_u
                            (call $at!
                              (i32.add (local.get $ptr_3) (local.get $index))
                              (local.get $byte)))))
                      (local.set $byte (i32.add (local.get $byte) (i32.const 1)))
                      (br_if $byte! (i32.lt_u (local.get $byte) (i32.const 4))))
                    (local.set $index (i32.add (local.get $index) (i32.const 4)))
                    (br_if $next_4 (i32.le_u (local.get $index) (local.get $last_4))))))
              (block $stepped
                (loop $next_byte
                  (br_if $stepped (i32.eq (local.get $index) (local.get $step)))
                  (local.set $hash_0
                    (call $mix_64! (local.get $hash_0)
                      (i64.load8_u (i32.add (local.get $ptr_0) (local.get $index)))))
                  (local.set $hash_1
                    (call $mix_64! (local.get $hash_1)
                      (i64.load8_u (i32.add (local.get $ptr_1) (local.get $index)))))
                  (local.set $hash_2
                    (call $mix_64! (local.get $hash_2)
                      (i64.load8_u (i32.add (local.get $ptr_2) (local.get $index)))))
                  (local.set $hash_3
                    (call $mix_64! (local.get $hash_3)
                      (i64.load8_u (i32.add (local.get $ptr_3) (local.get $index)))))
                  (local.set $index (i32.add (local.get $index) (i32.const 1)))
                  (br $next_byte)))))
          (local.set $ptr_0 (i32.add (local.get $ptr_0) (local.get $step)))
          (local.set $left_0 (i32.sub (local.get $left_0) (local.get $step)))
          (local.set $ptr_1 (i32.add (local.get $ptr_1) (local.get $step)))
          (local.set $left_1 (i32.sub (local.get $left_1) (local.get $step)))
          (local.set $ptr_2 (i32.add (local.get $ptr_2) (local.get $step)))
          (local.set $left_2 (i32.sub (local.get $left_2) (local.get $step)))
          (local.set $ptr_3 (i32.add (local.get $ptr_3) (local.get $step)))
          (local.set $left_3 (i32.sub (local.get $left_3) (local.get $step)))
          (if (i32.eqz (local.get $left_0))
            (then
              (i64.store (local.get $dst_0) (local.get $hash_0))
              (br_if $no_more_spans (i32.eq (local.get $spans_ptr) (local.get $spans_end)))
              (call $take_span! (local.get $spans_ptr))
              (local.set $left_0)
              (local.set $ptr_0)
              (local.set $hash_0 (global.get $BASIS_64))
              (local.set $dst_0 (local.get $dst_ptr))
              (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 8)))
              (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 8)))))
          (if (i32.eqz (local.get $left_1))
            (then
              (i64.store (local.get $dst_1) (local.get $hash_1))
              (br_if $no_more_spans (i32.eq (local.get $spans_ptr) (local.get $spans_end)))
              (call $take_span! (local.get $spans_ptr))
              (local.set $left_1)
              (local.set $ptr_1)
              (local.set $hash_1 (global.get $BASIS_64))
              (local.set $dst_1 (local.get $dst_ptr))
              (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 8)))
              (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 8)))))
          (if (i32.eqz (local.get $left_2))
            (then
              (i64.store (local.get $dst_2) (local.get $hash_2))
              (br_if $no_more_spans (i32.eq (local.get $spans_ptr) (local.get $spans_end)))
              (call $take_span! (local.get $spans_ptr))
              (local.set $left_2)
              (local.set $ptr_2)
              (local.set $hash_2 (global.get $BASIS_64))
              (local.set $dst_2 (local.get $dst_ptr))
              (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 8)))
              (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 8)))))
          (if (i32.eqz (local.get $left_3))
            (then
              (i64.store (local.get $dst_3) (local.get $hash_3))
              (br_if $no_more_spans (i32.eq (local.get $spans_ptr) (local.get $spans_end)))
              (call $take_span! (local.get $spans_ptr))
              (local.set $left_3)
              (local.set $ptr_3)
              (local.set $hash_3 (global.get $BASIS_64))
              (local.set $dst_3 (local.get $dst_ptr))
              (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 8)))
              (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 8)))))
          (br $next_step)))
      (i64.store (local.get $dst_0)
        (call $fnv1a64_update
          (local.get $hash_0) (local.get $ptr_0) (local.get $left_0)))
      (i64.store (local.get $dst_1)
        (call $fnv1a64_update
          (local.get $hash_1) (local.get $ptr_1) (local.get $left_1)))
      (i64.store (local.get $dst_2)
        (call $fnv1a64_update
          (local.get $hash_2) (local.get $ptr_2) (local.get $left_2)))
      (i64.store (local.get $dst_3)
        (call $fnv1a64_update
          (local.get $hash_3) (local.get $ptr_3) (local.get $left_3)))))
  (block $done
    (loop $next_span
      (br_if $done (i32.eq (local.get $spans_ptr) (local.get $spans_end)))
      (call $take_span! (local.get $spans_ptr))
      (local.set $left_0)
      (local.set $ptr_0)
      (i64.store (local.get $dst_ptr)
        (call $fnv1a64 (local.get $ptr_0) (local.get $left_0)))
      (local.set $spans_ptr (i32.add (local.get $spans_ptr) (i32.const 8)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 8)))
      (br $next_span))))

;; ---- FNV-1a, 1024 bytes at a time

;; The hash is a polynomial. With l the low byte of the hash, x = l ^ byte and d = x - l, exactly
;;   hash' = (hash + d) * p,   so over n bytes   hash_n = hash_0 p^n + sum d_t p^(n-t).
;; Only l is not linear, and it depends on the other bytes of the hash in no way: in eight bits
;; l' = 0x93 x for 32 bits and 0xb3 x for 64. Its bits do not depend on higher ones:
;;   bit k of l' = x_k ^ f_k,   f_k from x_0 to x_(k-1): the carries of 3x + 16x + 128x,
;;                                                        or of 3x + 16 (3x) + 128x.
;; So plane by plane, lowest first, l_k is the running parity of t_k = b_k ^ f_k: a prefix sum
;; without carries, of all positions at once.
;;
;; A block of 1024 bytes is 128 runs of 8. In the vector of byte j, bit s of lane r belongs to run
;; 16 s + r: within a run a prefix sum is one xor a vector, and only the runs' totals have to be
;; summed across lanes and bits. The steps of a block:
;;   1. gather: byte j of each run of 128 bytes into a vector (four rounds of interleaving);
;;   2. transpose: the bits of eight such vectors, so that each is one bit of 128 runs;
;;   3. planes 0 to 7: l, x, and l & b, from which d = b - 2 (l & b);
;;   4. transpose l & b back to bytes;
;;   5. weigh: d times p^(128 - position), in 16-bit limbs, for each 128 bytes; Horner between.
;; Measured on the JIT, see docs/benchmarks.md; interpreted it is slower than byte by byte.

(global $BYTES    i32 (i32.const 17408))
(global $PLANES   i32 (i32.const 18432))
(global $X        i32 (i32.const 19456))
(global $TRIPLE   i32 (i32.const 20352))
(global $MASKED   i32 (i32.const 21536))
(global $WEIGHTS  i32 (i32.const 22560))

;; PRIME_32 to the power of 128, and of 1024
(global $PRIME_32_128  i32 (i32.const 0xf049d201))
(global $PRIME_32_1024 i32 (i32.const 0x89be9001))
(global $PRIME_64_128  i64 (i64.const 0xf2457d0981da8201))

;; Interleaves the low halves, or the high halves, of two vectors.
(func $interleave_low! (param $a v128) (param $b v128) (result v128)
  (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23
    (local.get $a) (local.get $b)))
(func $interleave_high! (param $a v128) (param $b v128) (result v128)
  (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31
    (local.get $a) (local.get $b)))

;; One step of transposing 8 x 8 bits: exchanges the bits of $a that stand $bits above the mask with
;; those of $b under the mask.
(func $exchange! (param $a v128) (param $b v128) (param $mask v128) (param $bits i32)
  (result v128 v128)
  (local $moved v128)
  (local.set $moved
    (v128.and
      (v128.xor (i64x2.shr_u (local.get $a) (local.get $bits)) (local.get $b))
      (local.get $mask)))
  (v128.xor (local.get $a) (i64x2.shl (local.get $moved) (local.get $bits)))
  (v128.xor (local.get $b) (local.get $moved)))
(func $exchange_4! (param $a v128) (param $b v128) (result v128 v128)
  (call $exchange! (local.get $a) (local.get $b)
    (v128.const i64x2 0x0f0f0f0f0f0f0f0f 0x0f0f0f0f0f0f0f0f) (i32.const 4)))
(func $exchange_2! (param $a v128) (param $b v128) (result v128 v128)
  (call $exchange! (local.get $a) (local.get $b)
    (v128.const i64x2 0x3333333333333333 0x3333333333333333) (i32.const 2)))
(func $exchange_1! (param $a v128) (param $b v128) (result v128 v128)
  (call $exchange! (local.get $a) (local.get $b)
    (v128.const i64x2 0x5555555555555555 0x5555555555555555) (i32.const 1)))

;; Transposes the bits of eight vectors: bit s of vector k becomes bit k of vector s, in each lane.
(func $transpose_bits!
  (param $a v128) (param $b v128) (param $c v128) (param $d v128)
  (param $e v128) (param $f v128) (param $g v128) (param $h v128)
  (result v128 v128 v128 v128 v128 v128 v128 v128)
  (call $exchange_4! (local.get $a) (local.get $e))
  (local.set $e)
  (local.set $a)
  (call $exchange_4! (local.get $b) (local.get $f))
  (local.set $f)
  (local.set $b)
  (call $exchange_4! (local.get $c) (local.get $g))
  (local.set $g)
  (local.set $c)
  (call $exchange_4! (local.get $d) (local.get $h))
  (local.set $h)
  (local.set $d)
  (call $exchange_2! (local.get $a) (local.get $c))
  (local.set $c)
  (local.set $a)
  (call $exchange_2! (local.get $b) (local.get $d))
  (local.set $d)
  (local.set $b)
  (call $exchange_2! (local.get $e) (local.get $g))
  (local.set $g)
  (local.set $e)
  (call $exchange_2! (local.get $f) (local.get $h))
  (local.set $h)
  (local.set $f)
  (call $exchange_1! (local.get $a) (local.get $b))
  (local.set $b)
  (local.set $a)
  (call $exchange_1! (local.get $c) (local.get $d))
  (local.set $d)
  (local.set $c)
  (call $exchange_1! (local.get $e) (local.get $f))
  (local.set $f)
  (local.set $e)
  (call $exchange_1! (local.get $g) (local.get $h))
  (local.set $h)
  (local.set $g)
  (local.get $a)
  (local.get $b)
  (local.get $c)
  (local.get $d)
  (local.get $e)
  (local.get $f)
  (local.get $g)
  (local.get $h))

;; Steps 2 and 4: eight vectors, $from_step apart, are transposed to eight that are $to_step apart.
(func $transpose_stored_bits!
  (param $from i32) (param $from_step i32) (param $to i32) (param $to_step i32)
  (local $a v128)
  (local $b v128)
  (local $c v128)
  (local $d v128)
  (local $e v128)
  (local $f v128)
  (local $g v128)
  (local $h v128)
  (call $transpose_bits!
    (v128.load (local.get $from))
    (v128.load (i32.add (local.get $from) (local.get $from_step)))
    (v128.load (i32.add (local.get $from) (i32.mul (local.get $from_step) (i32.const 2))))
    (v128.load (i32.add (local.get $from) (i32.mul (local.get $from_step) (i32.const 3))))
    (v128.load (i32.add (local.get $from) (i32.mul (local.get $from_step) (i32.const 4))))
    (v128.load (i32.add (local.get $from) (i32.mul (local.get $from_step) (i32.const 5))))
    (v128.load (i32.add (local.get $from) (i32.mul (local.get $from_step) (i32.const 6))))
    (v128.load (i32.add (local.get $from) (i32.mul (local.get $from_step) (i32.const 7)))))
  (local.set $h)
  (local.set $g)
  (local.set $f)
  (local.set $e)
  (local.set $d)
  (local.set $c)
  (local.set $b)
  (local.set $a)
  (v128.store (local.get $to) (local.get $a))
  (v128.store (i32.add (local.get $to) (local.get $to_step)) (local.get $b))
  (v128.store (i32.add (local.get $to) (i32.mul (local.get $to_step) (i32.const 2))) (local.get $c))
  (v128.store (i32.add (local.get $to) (i32.mul (local.get $to_step) (i32.const 3))) (local.get $d))
  (v128.store (i32.add (local.get $to) (i32.mul (local.get $to_step) (i32.const 4))) (local.get $e))
  (v128.store (i32.add (local.get $to) (i32.mul (local.get $to_step) (i32.const 5))) (local.get $f))
  (v128.store (i32.add (local.get $to) (i32.mul (local.get $to_step) (i32.const 6))) (local.get $g))
  (v128.store (i32.add (local.get $to) (i32.mul (local.get $to_step) (i32.const 7)))
    (local.get $h)))

;; Step 1: reads 128 bytes at $ptr and stores byte j of their 16 runs at $to + 128 j.
(func $gather! (param $ptr i32) (param $to i32)
  (local $v0 v128)
  (local $v1 v128)
  (local $v2 v128)
  (local $v3 v128)
  (local $v4 v128)
  (local $v5 v128)
  (local $v6 v128)
  (local $v7 v128)
  (local $w0 v128)
  (local $w1 v128)
  (local $w2 v128)
  (local $w3 v128)
  (local $w4 v128)
  (local $w5 v128)
  (local $w6 v128)
  (local $w7 v128)
  (local.set $v0 (v128.load (local.get $ptr)))
  (local.set $v1 (v128.load offset=16 (local.get $ptr)))
  (local.set $v2 (v128.load offset=32 (local.get $ptr)))
  (local.set $v3 (v128.load offset=48 (local.get $ptr)))
  (local.set $v4 (v128.load offset=64 (local.get $ptr)))
  (local.set $v5 (v128.load offset=80 (local.get $ptr)))
  (local.set $v6 (v128.load offset=96 (local.get $ptr)))
  (local.set $v7 (v128.load offset=112 (local.get $ptr)))
  (local.set $w0 (call $interleave_low! (local.get $v0) (local.get $v4)))
  (local.set $w4 (call $interleave_high! (local.get $v0) (local.get $v4)))
  (local.set $w1 (call $interleave_low! (local.get $v1) (local.get $v5)))
  (local.set $w5 (call $interleave_high! (local.get $v1) (local.get $v5)))
  (local.set $w2 (call $interleave_low! (local.get $v2) (local.get $v6)))
  (local.set $w6 (call $interleave_high! (local.get $v2) (local.get $v6)))
  (local.set $w3 (call $interleave_low! (local.get $v3) (local.get $v7)))
  (local.set $w7 (call $interleave_high! (local.get $v3) (local.get $v7)))
  (local.set $v0 (call $interleave_low! (local.get $w0) (local.get $w2)))
  (local.set $v2 (call $interleave_high! (local.get $w0) (local.get $w2)))
  (local.set $v1 (call $interleave_low! (local.get $w1) (local.get $w3)))
  (local.set $v3 (call $interleave_high! (local.get $w1) (local.get $w3)))
  (local.set $v4 (call $interleave_low! (local.get $w4) (local.get $w6)))
  (local.set $v6 (call $interleave_high! (local.get $w4) (local.get $w6)))
  (local.set $v5 (call $interleave_low! (local.get $w5) (local.get $w7)))
  (local.set $v7 (call $interleave_high! (local.get $w5) (local.get $w7)))
  (local.set $w0 (call $interleave_low! (local.get $v0) (local.get $v1)))
  (local.set $w1 (call $interleave_high! (local.get $v0) (local.get $v1)))
  (local.set $w2 (call $interleave_low! (local.get $v2) (local.get $v3)))
  (local.set $w3 (call $interleave_high! (local.get $v2) (local.get $v3)))
  (local.set $w4 (call $interleave_low! (local.get $v4) (local.get $v5)))
  (local.set $w5 (call $interleave_high! (local.get $v4) (local.get $v5)))
  (local.set $w6 (call $interleave_low! (local.get $v6) (local.get $v7)))
  (local.set $w7 (call $interleave_high! (local.get $v6) (local.get $v7)))
  (v128.store (local.get $to)
    (call $interleave_low! (local.get $w0) (local.get $w4)))
  (v128.store offset=128 (local.get $to)
    (call $interleave_high! (local.get $w0) (local.get $w4)))
  (v128.store offset=256 (local.get $to)
    (call $interleave_low! (local.get $w1) (local.get $w5)))
  (v128.store offset=384 (local.get $to)
    (call $interleave_high! (local.get $w1) (local.get $w5)))
  (v128.store offset=512 (local.get $to)
    (call $interleave_low! (local.get $w2) (local.get $w6)))
  (v128.store offset=640 (local.get $to)
    (call $interleave_high! (local.get $w2) (local.get $w6)))
  (v128.store offset=768 (local.get $to)
    (call $interleave_low! (local.get $w3) (local.get $w7)))
  (v128.store offset=896 (local.get $to)
    (call $interleave_high! (local.get $w3) (local.get $w7))))

;; Vectors of zeros, moved up by so many lanes.
(func $up_one! (param $lanes v128) (result v128)
  (i8x16.shuffle 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
    (v128.const i64x2 0 0) (local.get $lanes)))
(func $up_two! (param $lanes v128) (result v128)
  (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29
    (v128.const i64x2 0 0) (local.get $lanes)))
(func $up_four! (param $lanes v128) (result v128)
  (i8x16.shuffle 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27
    (v128.const i64x2 0 0) (local.get $lanes)))
(func $up_eight! (param $lanes v128) (result v128)
  (i8x16.shuffle 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23
    (v128.const i64x2 0 0) (local.get $lanes)))

;; The parities of all runs before each run, and of the state before the block, which becomes the
;; state after it. Runs are counted along the lanes first, then along the bits.
(func $runs_before! (param $parity v128) (param $plane i32) (result v128)
  (local $lanes v128) ;; prefix parities along the lanes
  (local $bits v128)  ;; of whole rows of lanes, along the bits, the same in every lane
  (local $state v128)
  (local.set $state (v128.load offset=21408 (;STATE;) (local.get $plane)))
  (local.set $lanes (v128.xor (local.get $parity) (call $up_one! (local.get $parity))))
  (local.set $lanes (v128.xor (local.get $lanes) (call $up_two! (local.get $lanes))))
  (local.set $lanes (v128.xor (local.get $lanes) (call $up_four! (local.get $lanes))))
  (local.set $lanes (v128.xor (local.get $lanes) (call $up_eight! (local.get $lanes))))
  (local.set $bits
    (i8x16.shuffle 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15
      (local.get $lanes) (local.get $lanes)))
  ;; bits ^= bits << 1, then << 2, then << 4; there is no shift of bytes on most machines
  (local.set $bits
    (v128.xor (local.get $bits) (i8x16.add (local.get $bits) (local.get $bits))))
  (local.set $bits
    (v128.xor
      (local.get $bits)
      (v128.and
        (i64x2.shl (local.get $bits) (i32.const 2))
        (v128.const i64x2 0xfcfcfcfcfcfcfcfc 0xfcfcfcfcfcfcfcfc))))
  (local.set $bits
    (v128.xor
      (local.get $bits)
      (v128.and
        (i64x2.shl (local.get $bits) (i32.const 4))
        (v128.const i64x2 0xf0f0f0f0f0f0f0f0 0xf0f0f0f0f0f0f0f0))))
  (v128.store offset=21408 (;STATE;) (local.get $plane)
    (v128.xor
      (i8x16.lt_s (local.get $bits) (v128.const i64x2 0 0))
      (local.get $state)))
  (v128.xor
    (v128.xor
      (call $up_one! (local.get $lanes))
      (i8x16.add (local.get $bits) (local.get $bits)))
    (local.get $state)))

;; The carry out of three bits of which the parity of two is known.
(func $carry!
  (param $a v128) (param $b v128) (param $a_xor_b v128) (param $carry v128) (result v128)
  (v128.xor
    (v128.and (local.get $a_xor_b) (local.get $carry))
    (v128.and (local.get $a) (local.get $b))))

;; Plane 0 of byte j, where $j is 16 j: its x, and l & b in place of b. $parity is that of
;; t_1 in the bytes before it in each run; returned with this byte's.
(func $plane_0! (param $j i32) (param $before v128) (param $parity v128) (result v128)
  (local $low v128)   ;; l, the bit of the hash
  (local $byte v128)  ;; b, the bit of the input
  (local $x v128)     ;; their parity
  (local.set $low
    (v128.xor
      (local.get $before)
      (v128.load offset=21120 (;PARITIES;) (local.get $j))))
  (local.set $byte (v128.load offset=18432 (;PLANES;) (local.get $j)))
  (v128.store offset=18432 (;PLANES;) (local.get $j)
    (v128.and (local.get $low) (local.get $byte)))
  (local.set $x (v128.xor (local.get $low) (local.get $byte)))
  (v128.store offset=19456 (;X;) (local.get $j) (local.get $x))
  (v128.store offset=20352 (;TRIPLE;) (local.get $j) (local.get $x))
  ;; t_1 = b_1 ^ f_1
  (local.set $parity
    (v128.xor
      (local.get $parity)
      (v128.xor
        (v128.load offset=18560 (;PLANES+128;) (local.get $j))
        (local.get $x))))
  (v128.store offset=21280 (;PARITIES+160;) (local.get $j) (local.get $parity))
  (local.get $parity))

;; Plane 1 of byte j, where $j is 16 j: its x, and l & b in place of b. $parity is that of
;; t_2 in the bytes before it in each run; returned with this byte's.
(func $plane_1! (param $j i32) (param $before v128) (param $parity v128) (result v128)
  (local $low v128)   ;; l, the bit of the hash
  (local $byte v128)  ;; b, the bit of the input
  (local $x v128)     ;; their parity
  (local.set $low
    (v128.xor
      (local.get $before)
      (v128.load offset=21264 (;PARITIES+144;) (local.get $j))))
  (local.set $byte (v128.load offset=18560 (;PLANES+128;) (local.get $j)))
  (v128.store offset=18560 (;PLANES+128;) (local.get $j)
    (v128.and (local.get $low) (local.get $byte)))
  (local.set $x (v128.xor (local.get $low) (local.get $byte)))
  (v128.store offset=19584 (;X+128;) (local.get $j) (local.get $x))
  (v128.store offset=20480 (;TRIPLE+128;) (local.get $j)
    (v128.xor (local.get $x) (v128.load offset=19456 (;X;) (local.get $j))))
  ;; carry_2 = x_1 & x_0
  (local.set $low (v128.and (local.get $x) (v128.load offset=19456 (;X;) (local.get $j))))
  (v128.store offset=20864 (;CARRY_2;) (local.get $j) (local.get $low))
  ;; t_2 = b_2 ^ f_2
  (local.set $parity
    (v128.xor
      (local.get $parity)
      (v128.xor
        (v128.load offset=18688 (;PLANES+256;) (local.get $j))
        (v128.xor (local.get $x) (local.get $low)))))
  (v128.store offset=21136 (;PARITIES+16;) (local.get $j) (local.get $parity))
  (local.get $parity))

;; Plane 2 of byte j, where $j is 16 j: its x, and l & b in place of b. $parity is that of
;; t_3 in the bytes before it in each run; returned with this byte's.
(func $plane_2! (param $j i32) (param $before v128) (param $parity v128) (result v128)
  (local $low v128)   ;; l, the bit of the hash
  (local $byte v128)  ;; b, the bit of the input
  (local $x v128)     ;; their parity
  (local $below v128) ;; x, a bit lower
  (local $sum v128)   ;; parity of the two
  (local $carry v128) ;; of x + 2x
  (local.set $low
    (v128.xor
      (local.get $before)
      (v128.load offset=21120 (;PARITIES;) (local.get $j))))
  (local.set $byte (v128.load offset=18688 (;PLANES+256;) (local.get $j)))
  (v128.store offset=18688 (;PLANES+256;) (local.get $j)
    (v128.and (local.get $low) (local.get $byte)))
  (local.set $x (v128.xor (local.get $low) (local.get $byte)))
  (v128.store offset=19712 (;X+256;) (local.get $j) (local.get $x))
  (local.set $below (v128.load offset=19584 (;X+128;) (local.get $j)))
  (local.set $sum (v128.xor (local.get $x) (local.get $below)))
  (local.set $carry (v128.load offset=20864 (;CARRY_2;) (local.get $j)))
  (v128.store offset=20608 (;TRIPLE+256;) (local.get $j)
    (v128.xor (local.get $sum) (local.get $carry)))
  (local.set $carry
    (call $carry!
      (local.get $x) (local.get $below) (local.get $sum) (local.get $carry)))
  (v128.store offset=20864 (;CARRY_2;) (local.get $j) (local.get $carry))
  ;; t_3 = b_3 ^ f_3
  (local.set $parity
    (v128.xor
      (local.get $parity)
      (v128.xor
        (v128.load offset=18816 (;PLANES+384;) (local.get $j))
        (v128.xor (local.get $x) (local.get $carry)))))
  (v128.store offset=21280 (;PARITIES+160;) (local.get $j) (local.get $parity))
  (local.get $parity))

;; Plane 3 of byte j, where $j is 16 j: its x, and l & b in place of b. $parity is that of
;; t_4 in the bytes before it in each run; returned with this byte's.
(func $plane_3! (param $j i32) (param $before v128) (param $parity v128) (result v128)
  (local $low v128)   ;; l, the bit of the hash
  (local $byte v128)  ;; b, the bit of the input
  (local $x v128)     ;; their parity
  (local $below v128) ;; x, a bit lower
  (local $sum v128)   ;; parity of the two
  (local $carry v128) ;; of x + 2x
  (local.set $low
    (v128.xor
      (local.get $before)
      (v128.load offset=21264 (;PARITIES+144;) (local.get $j))))
  (local.set $byte (v128.load offset=18816 (;PLANES+384;) (local.get $j)))
  (v128.store offset=18816 (;PLANES+384;) (local.get $j)
    (v128.and (local.get $low) (local.get $byte)))
  (local.set $x (v128.xor (local.get $low) (local.get $byte)))
  (v128.store offset=19840 (;X+384;) (local.get $j) (local.get $x))
  (local.set $below (v128.load offset=19712 (;X+256;) (local.get $j)))
  (local.set $sum (v128.xor (local.get $x) (local.get $below)))
  (local.set $carry (v128.load offset=20864 (;CARRY_2;) (local.get $j)))
  (v128.store offset=20736 (;TRIPLE+384;) (local.get $j)
    (v128.xor (local.get $sum) (local.get $carry)))
  (local.set $carry
    (call $carry!
      (local.get $x) (local.get $below) (local.get $sum) (local.get $carry)))
  (v128.store offset=20864 (;CARRY_2;) (local.get $j) (local.get $carry))
  ;; t_4 = b_4 ^ f_4
  (local.set $parity
    (v128.xor
      (local.get $parity)
      (v128.xor
        (v128.load offset=18944 (;PLANES+512;) (local.get $j))
        (v128.xor
          (v128.xor (local.get $x) (local.get $carry))
          (v128.load offset=19456 (;X;) (local.get $j))))))
  (v128.store offset=21136 (;PARITIES+16;) (local.get $j) (local.get $parity))
  (local.get $parity))

;; Plane 4 and the next ones add what stands at $addends: x, or 3 x.

;; Plane 4 of byte j, where $j is 16 j: its x, and l & b in place of b. $parity is that of
;; t_5 in the bytes before it in each run; returned with this byte's.
(func $plane_4! (param $j i32) (param $addends i32)
  (param $before v128) (param $parity v128) (result v128)
  (local $low v128)   ;; l, the bit of the hash
  (local $byte v128)  ;; b, the bit of the input
  (local $x v128)     ;; their parity
  (local $below v128) ;; x, a bit lower
  (local $sum v128)   ;; parity of the two
  (local $carry v128) ;; of x + 2x
  (local $triple v128) ;; the bit of x + 2x
  (local $carry_16 v128) ;; of (x + 2x) + 16x
  (local.set $low
    (v128.xor
      (local.get $before)
      (v128.load offset=21120 (;PARITIES;) (local.get $j))))
  (local.set $byte (v128.load offset=18944 (;PLANES+512;) (local.get $j)))
  (v128.store offset=18944 (;PLANES+512;) (local.get $j)
    (v128.and (local.get $low) (local.get $byte)))
  (local.set $x (v128.xor (local.get $low) (local.get $byte)))
  (v128.store offset=19968 (;X+512;) (local.get $j) (local.get $x))
  (local.set $below (v128.load offset=19840 (;X+384;) (local.get $j)))
  (local.set $sum (v128.xor (local.get $x) (local.get $below)))
  (local.set $carry (v128.load offset=20864 (;CARRY_2;) (local.get $j)))
  (local.set $triple (v128.xor (local.get $sum) (local.get $carry)))
  (local.set $carry
    (call $carry!
      (local.get $x) (local.get $below) (local.get $sum) (local.get $carry)))
  (v128.store offset=20864 (;CARRY_2;) (local.get $j) (local.get $carry))
  ;; carry_16 = bit 4 of x + 2x & x_0
  (local.set $carry_16
    (v128.and (local.get $triple) (v128.load offset=19456 (;X;) (local.get $j))))
  (v128.store offset=20992 (;CARRY_16;) (local.get $j) (local.get $carry_16))
  ;; t_5 = b_5 ^ f_5
  (local.set $parity
    (v128.xor
      (local.get $parity)
      (v128.xor
        (v128.load offset=19072 (;PLANES+640;) (local.get $j))
        (v128.xor
          (v128.xor (local.get $x) (local.get $carry))
          (v128.xor
            (local.get $carry_16)
            (v128.load offset=128 (i32.add (local.get $addends) (local.get $j))))))))
  (v128.store offset=21280 (;PARITIES+160;) (local.get $j) (local.get $parity))
  (local.get $parity))

;; Plane 5 of byte j, where $j is 16 j: its x, and l & b in place of b. $parity is that of
;; t_6 in the bytes before it in each run; returned with this byte's.
(func $plane_5! (param $j i32) (param $addends i32)
  (param $before v128) (param $parity v128) (result v128)
  (local $low v128)   ;; l, the bit of the hash
  (local $byte v128)  ;; b, the bit of the input
  (local $x v128)     ;; their parity
  (local $below v128) ;; x, a bit lower
  (local $sum v128)   ;; parity of the two
  (local $carry v128) ;; of x + 2x
  (local $triple v128) ;; the bit of x + 2x
  (local $carry_16 v128) ;; of (x + 2x) + 16x
  (local.set $low
    (v128.xor
      (local.get $before)
      (v128.load offset=21264 (;PARITIES+144;) (local.get $j))))
  (local.set $byte (v128.load offset=19072 (;PLANES+640;) (local.get $j)))
  (v128.store offset=19072 (;PLANES+640;) (local.get $j)
    (v128.and (local.get $low) (local.get $byte)))
  (local.set $x (v128.xor (local.get $low) (local.get $byte)))
  (v128.store offset=20096 (;X+640;) (local.get $j) (local.get $x))
  (local.set $below (v128.load offset=19968 (;X+512;) (local.get $j)))
  (local.set $sum (v128.xor (local.get $x) (local.get $below)))
  (local.set $carry (v128.load offset=20864 (;CARRY_2;) (local.get $j)))
  (local.set $triple (v128.xor (local.get $sum) (local.get $carry)))
  (local.set $carry
    (call $carry!
      (local.get $x) (local.get $below) (local.get $sum) (local.get $carry)))
  (v128.store offset=20864 (;CARRY_2;) (local.get $j) (local.get $carry))
  (local.set $below
    (v128.load offset=128 (i32.add (local.get $addends) (local.get $j))))
  (local.set $carry_16
    (call $carry!
      (local.get $triple)
      (local.get $below)
      (v128.xor (local.get $triple) (local.get $below))
      (v128.load offset=20992 (;CARRY_16;) (local.get $j))))
  (v128.store offset=20992 (;CARRY_16;) (local.get $j) (local.get $carry_16))
  ;; t_6 = b_6 ^ f_6
  (local.set $parity
    (v128.xor
      (local.get $parity)
      (v128.xor
        (v128.load offset=19200 (;PLANES+768;) (local.get $j))
        (v128.xor
          (v128.xor (local.get $x) (local.get $carry))
          (v128.xor
            (local.get $carry_16)
            (v128.load offset=256 (i32.add (local.get $addends) (local.get $j))))))))
  (v128.store offset=21136 (;PARITIES+16;) (local.get $j) (local.get $parity))
  (local.get $parity))

;; Plane 6 of byte j, where $j is 16 j: its x, and l & b in place of b. $parity is that of
;; t_7 in the bytes before it in each run; returned with this byte's.
(func $plane_6! (param $j i32) (param $addends i32)
  (param $before v128) (param $parity v128) (result v128)
  (local $low v128)   ;; l, the bit of the hash
  (local $byte v128)  ;; b, the bit of the input
  (local $x v128)     ;; their parity
  (local $below v128) ;; x, a bit lower
  (local $sum v128)   ;; parity of the two
  (local $carry v128) ;; of x + 2x
  (local $triple v128) ;; the bit of x + 2x
  (local $carry_16 v128) ;; of (x + 2x) + 16x
  (local.set $low
    (v128.xor
      (local.get $before)
      (v128.load offset=21120 (;PARITIES;) (local.get $j))))
  (local.set $byte (v128.load offset=19200 (;PLANES+768;) (local.get $j)))
  (v128.store offset=19200 (;PLANES+768;) (local.get $j)
    (v128.and (local.get $low) (local.get $byte)))
  (local.set $x (v128.xor (local.get $low) (local.get $byte)))
  (v128.store offset=20224 (;X+768;) (local.get $j) (local.get $x))
  (local.set $below (v128.load offset=20096 (;X+640;) (local.get $j)))
  (local.set $sum (v128.xor (local.get $x) (local.get $below)))
  (local.set $carry (v128.load offset=20864 (;CARRY_2;) (local.get $j)))
  (local.set $triple (v128.xor (local.get $sum) (local.get $carry)))
  (local.set $carry
    (call $carry!
      (local.get $x) (local.get $below) (local.get $sum) (local.get $carry)))
  (local.set $below
    (v128.load offset=256 (i32.add (local.get $addends) (local.get $j))))
  (local.set $carry_16
    (call $carry!
      (local.get $triple)
      (local.get $below)
      (v128.xor (local.get $triple) (local.get $below))
      (v128.load offset=20992 (;CARRY_16;) (local.get $j))))
  ;; t_7 = b_7 ^ f_7
  (local.set $parity
    (v128.xor
      (local.get $parity)
      (v128.xor
        (v128.load offset=19328 (;PLANES+896;) (local.get $j))
        (v128.xor
          (v128.load offset=19456 (;X;) (local.get $j))
          (v128.xor
            (v128.xor (local.get $x) (local.get $carry))
            (v128.xor
              (local.get $carry_16)
              (v128.load offset=384 (i32.add (local.get $addends) (local.get $j)))))))))
  (v128.store offset=21280 (;PARITIES+160;) (local.get $j) (local.get $parity))
  (local.get $parity))

;; Plane 7 of byte j, where $j is 16 j: its x, and l & b in place of b.
(func $plane_7! (param $j i32) (param $before v128)
  (local $low v128)   ;; l, the bit of the hash
  (local $byte v128)  ;; b, the bit of the input
  (local.set $low
    (v128.xor
      (local.get $before)
      (v128.load offset=21264 (;PARITIES+144;) (local.get $j))))
  (local.set $byte (v128.load offset=19328 (;PLANES+896;) (local.get $j)))
  (v128.store offset=19328 (;PLANES+896;) (local.get $j)
    (v128.and (local.get $low) (local.get $byte))))

;; Step 3 for plane 0: all eight bytes of the runs. Returns the parity of plane 1 in each run.
(func $all_of_plane_0! (param $before v128) (result v128)
  (local $j i32)
  (local $parity v128)
  (local.set $j (i32.const 0))
  (local.set $parity (v128.const i64x2 0 0))
  (loop $next_byte_of_runs
    (local.set $parity
      (call $plane_0! (local.get $j) (local.get $before) (local.get $parity)))
    (local.set $j (i32.add (local.get $j) (i32.const 16)))
    (br_if $next_byte_of_runs (i32.lt_u (local.get $j) (i32.const 128))))
  (local.get $parity))

;; Step 3 for plane 1: all eight bytes of the runs. Returns the parity of plane 2 in each run.
(func $all_of_plane_1! (param $before v128) (result v128)
  (local $j i32)
  (local $parity v128)
  (local.set $j (i32.const 0))
  (local.set $parity (v128.const i64x2 0 0))
  (loop $next_byte_of_runs
    (local.set $parity
      (call $plane_1! (local.get $j) (local.get $before) (local.get $parity)))
    (local.set $j (i32.add (local.get $j) (i32.const 16)))
    (br_if $next_byte_of_runs (i32.lt_u (local.get $j) (i32.const 128))))
  (local.get $parity))

;; Step 3 for plane 2: all eight bytes of the runs. Returns the parity of plane 3 in each run.
(func $all_of_plane_2! (param $before v128) (result v128)
  (local $j i32)
  (local $parity v128)
  (local.set $j (i32.const 0))
  (local.set $parity (v128.const i64x2 0 0))
  (loop $next_byte_of_runs
    (local.set $parity
      (call $plane_2! (local.get $j) (local.get $before) (local.get $parity)))
    (local.set $j (i32.add (local.get $j) (i32.const 16)))
    (br_if $next_byte_of_runs (i32.lt_u (local.get $j) (i32.const 128))))
  (local.get $parity))

;; Step 3 for plane 3: all eight bytes of the runs. Returns the parity of plane 4 in each run.
(func $all_of_plane_3! (param $before v128) (result v128)
  (local $j i32)
  (local $parity v128)
  (local.set $j (i32.const 0))
  (local.set $parity (v128.const i64x2 0 0))
  (loop $next_byte_of_runs
    (local.set $parity
      (call $plane_3! (local.get $j) (local.get $before) (local.get $parity)))
    (local.set $j (i32.add (local.get $j) (i32.const 16)))
    (br_if $next_byte_of_runs (i32.lt_u (local.get $j) (i32.const 128))))
  (local.get $parity))

;; Step 3 for plane 4: all eight bytes of the runs. Returns the parity of plane 5 in each run.
(func $all_of_plane_4! (param $addends i32) (param $before v128) (result v128)
  (local $j i32)
  (local $parity v128)
  (local.set $j (i32.const 0))
  (local.set $parity (v128.const i64x2 0 0))
  (loop $next_byte_of_runs
    (local.set $parity
      (call $plane_4! (local.get $j) (local.get $addends) (local.get $before) (local.get $parity)))
    (local.set $j (i32.add (local.get $j) (i32.const 16)))
    (br_if $next_byte_of_runs (i32.lt_u (local.get $j) (i32.const 128))))
  (local.get $parity))

;; Step 3 for plane 5: all eight bytes of the runs. Returns the parity of plane 6 in each run.
(func $all_of_plane_5! (param $addends i32) (param $before v128) (result v128)
  (local $j i32)
  (local $parity v128)
  (local.set $j (i32.const 0))
  (local.set $parity (v128.const i64x2 0 0))
  (loop $next_byte_of_runs
    (local.set $parity
      (call $plane_5! (local.get $j) (local.get $addends) (local.get $before) (local.get $parity)))
    (local.set $j (i32.add (local.get $j) (i32.const 16)))
    (br_if $next_byte_of_runs (i32.lt_u (local.get $j) (i32.const 128))))
  (local.get $parity))

;; Step 3 for plane 6: all eight bytes of the runs. Returns the parity of plane 7 in each run.
(func $all_of_plane_6! (param $addends i32) (param $before v128) (result v128)
  (local $j i32)
  (local $parity v128)
  (local.set $j (i32.const 0))
  (local.set $parity (v128.const i64x2 0 0))
  (loop $next_byte_of_runs
    (local.set $parity
      (call $plane_6! (local.get $j) (local.get $addends) (local.get $before) (local.get $parity)))
    (local.set $j (i32.add (local.get $j) (i32.const 16)))
    (br_if $next_byte_of_runs (i32.lt_u (local.get $j) (i32.const 128))))
  (local.get $parity))

;; Step 3 for plane 7.
(func $all_of_plane_7! (param $before v128)
  (local $j i32)
  (local.set $j (i32.const 0))
  (loop $next_byte_of_runs
    (call $plane_7! (local.get $j) (local.get $before))
    (local.set $j (i32.add (local.get $j) (i32.const 16)))
    (br_if $next_byte_of_runs (i32.lt_u (local.get $j) (i32.const 128)))))

;; Steps 1 to 4 for 1024 bytes at $ptr, with the low byte of the hash in `state`, before and after.
(func $mask_block (param $ptr i32) (param $addends i32)
  (local $at i32)        ;; counts within the steps
  (local $parity v128)   ;; of a plane, in each run
  (local $before v128)   ;; of a plane, in all runs before each run
  (loop $next_128_bytes
    (call $gather!
      (local.get $ptr) (i32.add (global.get $BYTES) (local.get $at)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 128)))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next_128_bytes (i32.lt_u (local.get $at) (i32.const 128))))

  (local.set $at (i32.const 0))
  (loop $next_byte_of_runs
    (call $transpose_stored_bits!
      (i32.add (global.get $BYTES) (i32.shl (local.get $at) (i32.const 3)))
      (i32.const 16)
      (i32.add (global.get $PLANES) (local.get $at))
      (i32.const 128))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next_byte_of_runs (i32.lt_u (local.get $at) (i32.const 128))))

  ;; what stands before the first byte of a run
  (v128.store offset=21120 (;PARITIES;) (i32.const 0) (v128.const i64x2 0 0))
  (v128.store offset=21264 (;PARITIES+144;) (i32.const 0) (v128.const i64x2 0 0))
  ;; f_0 = 0
  (local.set $at (i32.const 0))
  (loop $next_byte_of_runs
    (local.set $parity
      (v128.xor
        (local.get $parity)
        (v128.load offset=18432 (;PLANES;) (local.get $at))))
    (v128.store offset=21136 (;PARITIES+16;) (local.get $at) (local.get $parity))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next_byte_of_runs (i32.lt_u (local.get $at) (i32.const 128))))

  (local.set $before (call $runs_before! (local.get $parity) (i32.const 0)))
  (local.set $parity (call $all_of_plane_0! (local.get $before)))
  (local.set $before (call $runs_before! (local.get $parity) (i32.const 16)))
  (local.set $parity (call $all_of_plane_1! (local.get $before)))
  (local.set $before (call $runs_before! (local.get $parity) (i32.const 32)))
  (local.set $parity (call $all_of_plane_2! (local.get $before)))
  (local.set $before (call $runs_before! (local.get $parity) (i32.const 48)))
  (local.set $parity (call $all_of_plane_3! (local.get $before)))
  (local.set $before (call $runs_before! (local.get $parity) (i32.const 64)))
  (local.set $parity
    (call $all_of_plane_4! (local.get $addends) (local.get $before)))
  (local.set $before (call $runs_before! (local.get $parity) (i32.const 80)))
  (local.set $parity
    (call $all_of_plane_5! (local.get $addends) (local.get $before)))
  (local.set $before (call $runs_before! (local.get $parity) (i32.const 96)))
  (local.set $parity
    (call $all_of_plane_6! (local.get $addends) (local.get $before)))
  (local.set $before (call $runs_before! (local.get $parity) (i32.const 112)))
  (call $all_of_plane_7! (local.get $before))

  (local.set $at (i32.const 0))
  (loop $next_byte_of_runs
    (call $transpose_stored_bits!
      (i32.add (global.get $PLANES) (local.get $at))
      (i32.const 128)
      (i32.add (global.get $MASKED) (i32.shl (local.get $at) (i32.const 3)))
      (i32.const 16))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next_byte_of_runs (i32.lt_u (local.get $at) (i32.const 128)))))

;; Spreads the bits of the hash's low byte: all ones in `state` where one is set, else all zeros.
(func $set_state (param $hash i32)
  (local $at i32)
  (loop $next_bit
    (v128.store offset=21408 (;STATE;) (local.get $at)
      (i32x4.splat
        (i32.sub
          (i32.const 0)
          (i32.and (local.get $hash) (i32.const 1)))))
    (local.set $hash (i32.shr_u (local.get $hash) (i32.const 1)))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next_bit (i32.lt_u (local.get $at) (i32.const 128)))))

;; d = b - 2 (l & b) of 16 bytes, byte j of 16 runs: of the even runs, and of the odd ones.
(func $differences! (param $at i32) (result v128 v128)
  (local $bytes v128)
  (local $masked v128)
  (local $even v128)
  (local $odd v128)
  (local.set $bytes (v128.load offset=17408 (;BYTES;) (local.get $at)))
  (local.set $masked (v128.load offset=21536 (;MASKED;) (local.get $at)))
  (local.set $even
    (v128.and (local.get $masked) (v128.const i64x2 0x00ff00ff00ff00ff 0x00ff00ff00ff00ff)))
  (local.set $odd (i16x8.shr_u (local.get $masked) (i32.const 8)))
  (i16x8.sub
    (v128.and (local.get $bytes) (v128.const i64x2 0x00ff00ff00ff00ff 0x00ff00ff00ff00ff))
    (i16x8.add (local.get $even) (local.get $even)))
  (i16x8.sub
    (i16x8.shr_u (local.get $bytes) (i32.const 8))
    (i16x8.add (local.get $odd) (local.get $odd))))

;; Adds 16 differences times the limbs of their weights at $weights.
(func $weigh! (param $sum v128) (param $even v128) (param $odd v128) (param $weights i32)
  (result v128)
  (i32x4.add
    (local.get $sum)
    (i32x4.add
      (i32x4.dot_i16x8_s
        (local.get $even) (v128.load offset=22560 (;WEIGHTS;) (local.get $weights)))
      (i32x4.dot_i16x8_s
        (local.get $odd) (v128.load offset=22576 (;WEIGHTS+16;) (local.get $weights))))))

;; The low limbs of eight 32-bit numbers, from -2^15 to 2^15 - 1.
(func $low_limbs! (param $a v128) (param $b v128) (result v128)
  (i16x8.narrow_i32x4_s
    (i32x4.shr_s (i32x4.shl (local.get $a) (i32.const 16)) (i32.const 16))
    (i32x4.shr_s (i32x4.shl (local.get $b) (i32.const 16)) (i32.const 16))))

;; Their high limbs: what is left, divided by 2^16. Adding 2^15 first carries where the low limb is
;; negative.
(func $high_limbs! (param $a v128) (param $b v128) (result v128)
  (i16x8.narrow_i32x4_s
    (i32x4.shr_s
      (i32x4.add (local.get $a) (v128.const i32x4 0x8000 0x8000 0x8000 0x8000))
      (i32.const 16))
    (i32x4.shr_s
      (i32x4.add (local.get $b) (v128.const i32x4 0x8000 0x8000 0x8000 0x8000))
      (i32.const 16))))

;; The weights of byte j at 64 j: PRIME_32^(128 - 8 r - j) for the runs r of 128 bytes, low limbs of
;; the even and of the odd runs, then the high limbs. From j = 7 down, each is the prime times the
;; one before.
(func $store_weights_32
  (local $even_0 v128)
  (local $even_1 v128)
  (local $odd_0 v128)
  (local $odd_1 v128)
  (local $prime v128)
  (local $at i32)
  (local.set $prime (i32x4.splat (global.get $PRIME_32)))
  ;; PRIME_32^(121 - 8 r), r = 0 2 4 6, 8 10 12 14, 1 3 5 7 and 9 11 13 15
  (local.set $even_0 (v128.const i32x4 0x168f2433 0x7cd96173 0xf0cdceb3 0x5e806bf3))
  (local.set $even_1 (v128.const i32x4 0xc5053933 0x76703673 0x57d563b3 0x2148c0f3))
  (local.set $odd_0 (v128.const i32x4 0x76c23cd3 0xc30f1213 0x04b01753 0x89394c93))
  (local.set $odd_1 (v128.const i32x4 0x513eb1d3 0x50544713 0xad0e0c53 0x01000193))
  (local.set $at (i32.add (global.get $WEIGHTS) (i32.const 448)))
  (loop $next_byte_of_runs
    (v128.store (local.get $at)
      (call $low_limbs! (local.get $even_0) (local.get $even_1)))
    (v128.store offset=16 (local.get $at)
      (call $low_limbs! (local.get $odd_0) (local.get $odd_1)))
    (v128.store offset=32 (local.get $at)
      (call $high_limbs! (local.get $even_0) (local.get $even_1)))
    (v128.store offset=48 (local.get $at)
      (call $high_limbs! (local.get $odd_0) (local.get $odd_1)))
    (local.set $even_0 (i32x4.mul (local.get $even_0) (local.get $prime)))
    (local.set $even_1 (i32x4.mul (local.get $even_1) (local.get $prime)))
    (local.set $odd_0 (i32x4.mul (local.get $odd_0) (local.get $prime)))
    (local.set $odd_1 (i32x4.mul (local.get $odd_1) (local.get $prime)))
    (local.set $at (i32.sub (local.get $at) (i32.const 64)))
    (br_if $next_byte_of_runs (i32.ge_u (local.get $at) (global.get $WEIGHTS)))))

;; The sum of four lanes.
(func $sum_lanes! (param $lanes v128) (result i32)
  (i32.add
    (i32.add
      (i32x4.extract_lane 0 (local.get $lanes))
      (i32x4.extract_lane 1 (local.get $lanes)))
    (i32.add
      (i32x4.extract_lane 2 (local.get $lanes))
      (i32x4.extract_lane 3 (local.get $lanes)))))

;; The hash of what $hash is the hash of, followed by $len bytes, a multiple of 1024 and not 0.
(func $fnv1a32_blocks (param $hash i32) (param $ptr i32) (param $len i32) (result i32)
  (local $end i32)
  (local $at i32)
  (local $even v128)
  (local $odd v128)
  (local $sum_0 v128) ;; sums of differences by the weights' low limbs
  (local $sum_1 v128) ;; and by their high limbs
  (local $prime_128 v128)
  (call $store_weights_32)
  (call $set_state (local.get $hash))
  (local.set $prime_128 (i32x4.splat (global.get $PRIME_32_128)))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (loop $next_block
    (call $mask_block (local.get $ptr) (global.get $X))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 1024)))
    (local.set $at (i32.const 0))
    (loop $next_128_bytes
      (local.set $sum_0 (i32x4.mul (local.get $sum_0) (local.get $prime_128)))
      (local.set $sum_1 (i32x4.mul (local.get $sum_1) (local.get $prime_128)))
      (call $differences! (local.get $at))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 0)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 32)))
      (call $differences! (i32.add (local.get $at) (i32.const 128)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 64)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 96)))
      (call $differences! (i32.add (local.get $at) (i32.const 256)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 128)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 160)))
      (call $differences! (i32.add (local.get $at) (i32.const 384)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 192)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 224)))
      (call $differences! (i32.add (local.get $at) (i32.const 512)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 256)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 288)))
      (call $differences! (i32.add (local.get $at) (i32.const 640)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 320)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 352)))
      (call $differences! (i32.add (local.get $at) (i32.const 768)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 384)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 416)))
      (call $differences! (i32.add (local.get $at) (i32.const 896)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 448)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 480)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next_128_bytes (i32.lt_u (local.get $at) (i32.const 128))))
    (local.set $hash (i32.mul (local.get $hash) (global.get $PRIME_32_1024)))
    (br_if $next_block (i32.ne (local.get $ptr) (local.get $end))))
  (i32.add
    (local.get $hash)
    (i32.add
      (call $sum_lanes! (local.get $sum_0))
      (i32.shl (call $sum_lanes! (local.get $sum_1)) (i32.const 16)))))

;; Stores the lowest limb of a weight, and returns the others; the next one gets a carry where this
;; one is negative.
(func $store_limb! (param $at i32) (param $weight i64) (result i64)
  (i64.store16 (local.get $at) (local.get $weight))
  (i64.shr_s (i64.add (local.get $weight) (i64.const 0x8000)) (i64.const 16)))

;; The weights of byte j at 128 j: PRIME_64^(128 - 8 r - j) for the runs r of 128 bytes, by their
;; four limbs, lowest first, of the even and of the odd runs.
(func $store_weights_64
  (local $run i32)
  (local $at i32)
  (local $weight i64)
  (local $limbs i64)
  (local.set $weight (i64.const 1))
  (local.set $run (i32.const 15))
  (loop $next_run
    ;; 2 bytes a run, of which the odd ones stand 16 bytes behind the even ones; byte 7 first
    (local.set $at
      (i32.add
        (i32.add
          (i32.and (local.get $run) (i32.const 14))
          (i32.shl (i32.and (local.get $run) (i32.const 1)) (i32.const 4)))
        (i32.add (global.get $WEIGHTS) (i32.const 896))))
    (loop $next_byte_of_run
      (local.set $weight (i64.mul (local.get $weight) (global.get $PRIME_64)))
      (local.set $limbs (call $store_limb! (local.get $at) (local.get $weight)))
      (local.set $limbs
        (call $store_limb! (i32.add (local.get $at) (i32.const 32)) (local.get $limbs)))
      (local.set $limbs
        (call $store_limb! (i32.add (local.get $at) (i32.const 64)) (local.get $limbs)))
      (i64.store16 offset=96 (local.get $at) (local.get $limbs))
      (local.set $at (i32.sub (local.get $at) (i32.const 128)))
      (br_if $next_byte_of_run (i32.ge_u (local.get $at) (global.get $WEIGHTS))))
    (local.set $run (i32.sub (local.get $run) (i32.const 1)))
    (br_if $next_run (i32.ge_s (local.get $run) (i32.const 0)))))

;; Four lanes as two sums of 64 bits.
(func $widen! (param $lanes v128) (result v128)
  (i64x2.add
    (i64x2.extend_low_i32x4_s (local.get $lanes))
    (i64x2.extend_high_i32x4_s (local.get $lanes))))

;; The hash of what $hash is the hash of, followed by $len bytes, a multiple of 1024 and not 0.
(func $fnv1a64_blocks (param $hash i64) (param $ptr i32) (param $len i32) (result i64)
  (local $end i32)
  (local $at i32)
  (local $even v128)
  (local $odd v128)
  (local $sum_0 v128) ;; sums of differences by the weights' limbs, which 128 bytes do not overflow
  (local $sum_1 v128)
  (local $sum_2 v128)
  (local $sum_3 v128)
  (call $store_weights_64)
  (call $set_state (i32.wrap_i64 (local.get $hash)))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (loop $next_block
    (call $mask_block (local.get $ptr) (global.get $TRIPLE))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 1024)))
    (local.set $at (i32.const 0))
    (loop $next_128_bytes
      (local.set $sum_0 (v128.const i64x2 0 0))
      (local.set $sum_1 (v128.const i64x2 0 0))
      (local.set $sum_2 (v128.const i64x2 0 0))
      (local.set $sum_3 (v128.const i64x2 0 0))
      (call $differences! (local.get $at))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 0)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 32)))
      (local.set $sum_2
        (call $weigh! (local.get $sum_2) (local.get $even) (local.get $odd) (i32.const 64)))
      (local.set $sum_3
        (call $weigh! (local.get $sum_3) (local.get $even) (local.get $odd) (i32.const 96)))
      (call $differences! (i32.add (local.get $at) (i32.const 128)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 128)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 160)))
      (local.set $sum_2
        (call $weigh! (local.get $sum_2) (local.get $even) (local.get $odd) (i32.const 192)))
      (local.set $sum_3
        (call $weigh! (local.get $sum_3) (local.get $even) (local.get $odd) (i32.const 224)))
      (call $differences! (i32.add (local.get $at) (i32.const 256)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 256)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 288)))
      (local.set $sum_2
        (call $weigh! (local.get $sum_2) (local.get $even) (local.get $odd) (i32.const 320)))
      (local.set $sum_3
        (call $weigh! (local.get $sum_3) (local.get $even) (local.get $odd) (i32.const 352)))
      (call $differences! (i32.add (local.get $at) (i32.const 384)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 384)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 416)))
      (local.set $sum_2
        (call $weigh! (local.get $sum_2) (local.get $even) (local.get $odd) (i32.const 448)))
      (local.set $sum_3
        (call $weigh! (local.get $sum_3) (local.get $even) (local.get $odd) (i32.const 480)))
      (call $differences! (i32.add (local.get $at) (i32.const 512)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 512)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 544)))
      (local.set $sum_2
        (call $weigh! (local.get $sum_2) (local.get $even) (local.get $odd) (i32.const 576)))
      (local.set $sum_3
        (call $weigh! (local.get $sum_3) (local.get $even) (local.get $odd) (i32.const 608)))
      (call $differences! (i32.add (local.get $at) (i32.const 640)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 640)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 672)))
      (local.set $sum_2
        (call $weigh! (local.get $sum_2) (local.get $even) (local.get $odd) (i32.const 704)))
      (local.set $sum_3
        (call $weigh! (local.get $sum_3) (local.get $even) (local.get $odd) (i32.const 736)))
      (call $differences! (i32.add (local.get $at) (i32.const 768)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 768)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 800)))
      (local.set $sum_2
        (call $weigh! (local.get $sum_2) (local.get $even) (local.get $odd) (i32.const 832)))
      (local.set $sum_3
        (call $weigh! (local.get $sum_3) (local.get $even) (local.get $odd) (i32.const 864)))
      (call $differences! (i32.add (local.get $at) (i32.const 896)))
      (local.set $odd)
      (local.set $even)
      (local.set $sum_0
        (call $weigh! (local.get $sum_0) (local.get $even) (local.get $odd) (i32.const 896)))
      (local.set $sum_1
        (call $weigh! (local.get $sum_1) (local.get $even) (local.get $odd) (i32.const 928)))
      (local.set $sum_2
        (call $weigh! (local.get $sum_2) (local.get $even) (local.get $odd) (i32.const 960)))
      (local.set $sum_3
        (call $weigh! (local.get $sum_3) (local.get $even) (local.get $odd) (i32.const 992)))
      ;; sum = sum_0 + 2^16 sum_1 + 2^32 sum_2 + 2^48 sum_3
      (local.set $sum_0
        (i64x2.add
          (i64x2.add
            (call $widen! (local.get $sum_0))
            (i64x2.shl (call $widen! (local.get $sum_1)) (i32.const 16)))
          (i64x2.add
            (i64x2.shl (call $widen! (local.get $sum_2)) (i32.const 32))
            (i64x2.shl (call $widen! (local.get $sum_3)) (i32.const 48)))))
      (local.set $hash
        (i64.add
          (i64.mul (local.get $hash) (global.get $PRIME_64_128))
          (i64.add
            (i64x2.extract_lane 0 (local.get $sum_0))
            (i64x2.extract_lane 1 (local.get $sum_0)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next_128_bytes (i32.lt_u (local.get $at) (i32.const 128))))
    (br_if $next_block (i32.ne (local.get $ptr) (local.get $end))))
  (local.get $hash))

;; ---- comparison

;; i32 compare(const u8 *a_ptr, u32 a_len, const u8 *b_ptr, u32 b_len)
;;   -1, 0 or 1: the order of [a_ptr, a_ptr+a_len) and [b_ptr, b_ptr+b_len), by their unsigned
;;   bytes, then by their lengths.
;;   Reads both spans, writes nothing, cannot fail. An empty span comes before any other.
(func $compare (export "compare")
  (param $a_ptr i32) (param $a_len i32) (param $b_ptr i32) (param $b_len i32) (result i32)
  (local $common i32)   ;; the shorter length
  (local $index i32)    ;; of the first difference within it
  (local $a i32)        ;; what is compared at last: bytes, or else lengths
  (local $b i32)
  (local.set $common
    (select
      (local.get $a_len)
      (local.get $b_len)
      (i32.lt_u (local.get $a_len) (local.get $b_len))))
  (local.set $a (local.get $a_len))
  (local.set $b (local.get $b_len))
  (local.set $index
    (call $mismatch (local.get $a_ptr) (local.get $b_ptr) (local.get $common)))
  (if (i32.ne (local.get $index) (local.get $common))
    (then
      (local.set $a (i32.load8_u (i32.add (local.get $a_ptr) (local.get $index))))
      (local.set $b (i32.load8_u (i32.add (local.get $b_ptr) (local.get $index))))))
  (i32.sub
    (i32.gt_u (local.get $a) (local.get $b))
    (i32.lt_u (local.get $a) (local.get $b))))

;; A bit for each lane in which the vectors at the two addresses differ.
(func $differing_lanes! (param $a_ptr i32) (param $b_ptr i32) (result i32)
  (i8x16.bitmask
    (i8x16.ne (v128.load (local.get $a_ptr)) (v128.load (local.get $b_ptr)))))

;; The index of the first byte in which [a_ptr, a_ptr+len) and [b_ptr, b_ptr+len) differ, or len.
(func $mismatch (param $a_ptr i32) (param $b_ptr i32) (param $len i32) (result i32)
  (local $index i32)
  (local $last i32)       ;; the last index at which a whole step is left
  (local $lanes i32)      ;; bits of the lanes that differ
  (local $difference i64) ;; xor of eight bytes
  (if (i32.lt_u (local.get $len) (i32.const 16))
    (then
      (if (i32.ge_u (local.get $len) (i32.const 8))
        (then
          (local.set $difference
            (i64.xor (i64.load (local.get $a_ptr)) (i64.load (local.get $b_ptr))))
          (if (i64.eqz (local.get $difference))
            (then
              ;; The last eight bytes overlap the first; what they share is equal.
              (local.set $index (i32.sub (local.get $len) (i32.const 8)))
              (local.set $difference
                (i64.xor
                  (i64.load (i32.add (local.get $a_ptr) (local.get $index)))
                  (i64.load (i32.add (local.get $b_ptr) (local.get $index)))))
              (if (i64.eqz (local.get $difference)) (then (return (local.get $len))))))
          (return
            (i32.add
              (local.get $index)
              (i32.wrap_i64 (i64.shr_u (i64.ctz (local.get $difference)) (i64.const 3)))))))
      (block $found
        (loop $next_byte
          (br_if $found (i32.eq (local.get $index) (local.get $len)))
          (br_if $found
            (i32.ne
              (i32.load8_u (i32.add (local.get $a_ptr) (local.get $index)))
              (i32.load8_u (i32.add (local.get $b_ptr) (local.get $index)))))
          (local.set $index (i32.add (local.get $index) (i32.const 1)))
          (br $next_byte)))
      (return (local.get $index))))

  (if (i32.ge_u (local.get $len) (i32.const 64))
    (then
      (local.set $last (i32.sub (local.get $len) (i32.const 64)))
      (block $differs
        (loop $next_64
          (br_if $differs
            (v128.any_true
              (v128.or
                (v128.or
                  (v128.xor
                    (v128.load (i32.add (local.get $a_ptr) (local.get $index)))
                    (v128.load (i32.add (local.get $b_ptr) (local.get $index))))
                  (v128.xor
                    (v128.load offset=16 (i32.add (local.get $a_ptr) (local.get $index)))
                    (v128.load offset=16 (i32.add (local.get $b_ptr) (local.get $index)))))
                (v128.or
                  (v128.xor
                    (v128.load offset=32 (i32.add (local.get $a_ptr) (local.get $index)))
                    (v128.load offset=32 (i32.add (local.get $b_ptr) (local.get $index))))
                  (v128.xor
                    (v128.load offset=48 (i32.add (local.get $a_ptr) (local.get $index)))
                    (v128.load offset=48 (i32.add (local.get $b_ptr) (local.get $index))))))))
          (local.set $index (i32.add (local.get $index) (i32.const 64)))
          (br_if $next_64 (i32.le_u (local.get $index) (local.get $last)))))))
  (local.set $last (i32.sub (local.get $len) (i32.const 16)))
  (block $equal
    (block $differs
      (loop $next_16
        (if (i32.gt_u (local.get $index) (local.get $last))
          (then
            (br_if $equal (i32.eq (local.get $index) (local.get $len)))
            ;; The last vector overlaps what is known to be equal.
            (local.set $index (local.get $last))))
        (local.set $lanes
          (call $differing_lanes!
            (i32.add (local.get $a_ptr) (local.get $index))
            (i32.add (local.get $b_ptr) (local.get $index))))
        (br_if $differs (local.get $lanes))
        (local.set $index (i32.add (local.get $index) (i32.const 16)))
        (br $next_16)))
    (return (i32.add (local.get $index) (i32.ctz (local.get $lanes)))))
  (local.get $len))

;; ---- search

;; A needle's rarest byte is looked for alone where it is at most this common, which is once in
;; half a kilobyte; a commoner one together with the second rarest.
(global $RARE i32 (i32.const 11))

;; How much of a needle is searched for its rarest bytes.
(global $PROBED i32 (i32.const 1024))

;; Needles up to this length are compared in at most two steps, so that candidates can not cost more
;; than a fixed time each.
(global $SHORT i32 (i32.const 32))

;; Comparing candidates may cost this many bytes, and as much again as the haystack has been
;; searched through, before a linear algorithm takes over.
(global $PATIENCE i32 (i32.const 1024))

;; i32 search(const u8 *haystack_ptr, u32 haystack_len, const u8 *needle_ptr, u32 needle_len)
;;   The offset of the first occurrence of the needle in the haystack, as a u32, or -1 not_found.
;;   Reads both spans, writes the static region, cannot fail. An empty needle is at 0, also in an
;;   empty haystack. Time is linear in the haystack and the needle together.
(func $search (export "search")
  (param $haystack_ptr i32) (param $haystack_len i32)
  (param $needle_ptr i32) (param $needle_len i32) (result i32)
  (local $rare i32)   ;; offset of the needle's rarest byte
  (local $second i32) ;; offset of its second rarest
  (local $found i32)
  (if (i32.eqz (local.get $needle_len)) (then (return (i32.const 0))))
  (if (i32.lt_u (local.get $haystack_len) (local.get $needle_len))
    (then (return (i32.const -1))))
  (call $rarest_bytes (local.get $needle_ptr) (local.get $needle_len))
  (local.set $second)
  (local.set $rare)
  (local.set $found
    (call $find
      (local.get $haystack_ptr)
      (i32.add (local.get $haystack_ptr) (local.get $haystack_len))
      (local.get $needle_ptr)
      (local.get $needle_len)
      (local.get $rare)
      (local.get $second)))
  (if (i32.eqz (local.get $found)) (then (return (i32.const -1))))
  (i32.sub (local.get $found) (local.get $haystack_ptr)))

;; u32 search_all(const u8 *haystack_ptr, u32 haystack_len, const u8 *needle_ptr, u32 needle_len,
;;                u32 *dst_ptr, u32 dst_cap)
;;   How many occurrences of the needle, taken from left to right without overlap, the haystack
;;   holds. The offsets of the first dst_cap of them go to dst_ptr, four bytes each.
;;   Reads both spans, writes 4 * min(dst_cap, result) bytes and the static region, cannot fail. An
;;   empty needle is at every offset from 0 to haystack_len.
(func $search_all (export "search_all")
  (param $haystack_ptr i32) (param $haystack_len i32)
  (param $needle_ptr i32) (param $needle_len i32)
  (param $dst_ptr i32) (param $dst_cap i32) (result i32)
  (local $rare i32)   ;; offset of the needle's rarest byte
  (local $second i32) ;; offset of its second rarest
  (local $from i32)   ;; where the next occurrence may begin
  (local $end i32)    ;; one past the haystack
  (local $count i32)
  (if (i32.lt_u (local.get $haystack_len) (local.get $needle_len))
    (then (return (i32.const 0))))
  (if (i32.eqz (local.get $needle_len))
    (then
      (loop $next_offset
        (if (i32.lt_u (local.get $count) (local.get $dst_cap))
          (then
            (i32.store (local.get $dst_ptr) (local.get $count))
            (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))
            (local.set $count (i32.add (local.get $count) (i32.const 1)))
            (br_if $next_offset (i32.le_u (local.get $count) (local.get $haystack_len))))))
      (return (i32.add (local.get $haystack_len) (i32.const 1)))))
  (call $rarest_bytes (local.get $needle_ptr) (local.get $needle_len))
  (local.set $second)
  (local.set $rare)
  (local.set $from (local.get $haystack_ptr))
  (local.set $end (i32.add (local.get $haystack_ptr) (local.get $haystack_len)))
  (block $done
    (loop $next_occurrence
      (br_if $done
        (i32.lt_u (i32.sub (local.get $end) (local.get $from)) (local.get $needle_len)))
      (local.set $from
        (call $find
          (local.get $from)
          (local.get $end)
          (local.get $needle_ptr)
          (local.get $needle_len)
          (local.get $rare)
          (local.get $second)))
      (br_if $done (i32.eqz (local.get $from)))
      (if (i32.lt_u (local.get $count) (local.get $dst_cap))
        (then
          (i32.store
            (local.get $dst_ptr)
            (i32.sub (local.get $from) (local.get $haystack_ptr)))
          (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))))
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (local.set $from (i32.add (local.get $from) (local.get $needle_len)))
      (br $next_occurrence)))
  (local.get $count))

;; Offsets of the rarest and the second rarest byte among the first $PROBED of a needle that is not
;; empty. They are two different bytes, unless the needle has only one.
(func $rarest_bytes (param $needle_ptr i32) (param $needle_len i32) (result i32 i32)
  (local $probed i32)
  (local $index i32)
  (local $byte i32)
  (local $commonness i32)
  (local $rare i32)
  (local $rare_byte i32)
  (local $rare_commonness i32)
  (local $second i32)
  (local $second_commonness i32)
  (local.set $probed
    (select
      (local.get $needle_len)
      (global.get $PROBED)
      (i32.lt_u (local.get $needle_len) (global.get $PROBED))))
  (local.set $rare_byte (i32.load8_u (local.get $needle_ptr)))
  (local.set $rare_commonness (i32.load8_u (local.get $rare_byte)))
  (local.set $second (i32.sub (local.get $probed) (i32.const 1)))
  (local.set $second_commonness (i32.const 256))
  (block $done
    (loop $next_byte
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $done (i32.ge_u (local.get $index) (local.get $probed)))
      (local.set $byte
        (i32.load8_u (i32.add (local.get $needle_ptr) (local.get $index))))
      (local.set $commonness (i32.load8_u (local.get $byte)))
      (if (i32.lt_u (local.get $commonness) (local.get $rare_commonness))
        (then
          (local.set $second (local.get $rare))
          (local.set $second_commonness (local.get $rare_commonness))
          (local.set $rare (local.get $index))
          (local.set $rare_byte (local.get $byte))
          (local.set $rare_commonness (local.get $commonness)))
        (else
          (br_if $next_byte
            (i32.ge_u (local.get $commonness) (local.get $second_commonness)))
          (br_if $next_byte (i32.eq (local.get $byte) (local.get $rare_byte)))
          (local.set $second (local.get $index))
          (local.set $second_commonness (local.get $commonness))))
      (br $next_byte)))
  (local.get $rare)
  (local.get $second))

;; Lanes in which both rare bytes of the needle stand where they should.
(func $candidate_lanes!
  (param $rare_lanes v128) (param $rare v128) (param $second_lanes v128) (param $second v128)
  (result v128)
  (v128.and
    (i8x16.eq (local.get $rare_lanes) (local.get $rare))
    (i8x16.eq (local.get $second_lanes) (local.get $second))))

;; The address of the first block of 64 bytes that holds the byte in all lanes of $byte, of those at
;; $ptr, 64 further, and so on up to $last; where there is none, the first of these after $last.
;; A function, not a macro: wasmtime spills the byte where the loop stands among everything that a
;; search needs, and loads and stores it in each step (0.6 to 0.7, 2026-11-22).
(func $block_with_byte (param $ptr i32) (param $last i32) (param $byte v128) (result i32)
  (block $found
    (loop $next_64
      (br_if $found
        (v128.any_true
          (v128.or
            (v128.or
              (i8x16.eq (v128.load (local.get $ptr)) (local.get $byte))
              (i8x16.eq (v128.load offset=16 (local.get $ptr)) (local.get $byte)))
            (v128.or
              (i8x16.eq (v128.load offset=32 (local.get $ptr)) (local.get $byte))
              (i8x16.eq (v128.load offset=48 (local.get $ptr)) (local.get $byte))))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
      (br_if $next_64 (i32.le_u (local.get $ptr) (local.get $last)))))
  (local.get $ptr))

;; The address of the first occurrence of the needle in [$from, $end), or 0.
;; The needle is not empty and not longer than the haystack; $rare and $second are offsets in it.
(func $find
  (param $from i32) (param $end i32) (param $needle_ptr i32) (param $needle_len i32)
  (param $rare i32) (param $second i32) (result i32)
  (local $here i32)           ;; the first place that is not searched yet
  (local $last i32)           ;; the last place where the needle fits
  (local $last_block i32)     ;; the last place where a block of places fits
  (local $last_rare i32)      ;; the same for the skip loop
  (local $rare_ptr i32)       ;; $here + $rare
  (local $second_ptr i32)     ;; $here + $second
  (local $rare_byte v128)
  (local $second_byte v128)
  (local $skips i32)          ;; whether the rarest byte alone is rare enough
  (local $spent i32)          ;; bytes compared for the candidates of one block
  (local $cost i32)           ;; and for all of them
  (local $found i32)
  (local $lanes_0 v128)       ;; candidates among 64 places
  (local $lanes_1 v128)
  (local $lanes_2 v128)
  (local $lanes_3 v128)
  (local $candidates i64)
  (local.set $here (local.get $from))
  (local.set $last (i32.sub (local.get $end) (local.get $needle_len)))
  (local.set $rare_byte
    (v128.load8_splat (i32.add (local.get $needle_ptr) (local.get $rare))))
  (local.set $second_byte
    (v128.load8_splat (i32.add (local.get $needle_ptr) (local.get $second))))
  (block $searched
    (block $last_63
      (br_if $last_63
        (i32.lt_u (i32.sub (local.get $last) (local.get $from)) (i32.const 63)))
      (local.set $skips
        (i32.le_u
          (i32.load8_u
            (i32.load8_u (i32.add (local.get $needle_ptr) (local.get $rare))))
          (global.get $RARE)))
      (local.set $last_block (i32.sub (local.get $last) (i32.const 63)))
      (local.set $last_rare (i32.add (local.get $last_block) (local.get $rare)))
      (loop $next_64
        (local.set $rare_ptr (i32.add (local.get $here) (local.get $rare)))
        (if (local.get $skips)
          (then
            (local.set $rare_ptr
              (call $block_with_byte
                (local.get $rare_ptr) (local.get $last_rare) (local.get $rare_byte)))
            (local.set $here (i32.sub (local.get $rare_ptr) (local.get $rare)))
            (br_if $last_63 (i32.gt_u (local.get $rare_ptr) (local.get $last_rare)))))
        (local.set $second_ptr (i32.add (local.get $here) (local.get $second)))
        (local.set $lanes_0
          (call $candidate_lanes!
            (v128.load (local.get $rare_ptr)) (local.get $rare_byte)
            (v128.load (local.get $second_ptr)) (local.get $second_byte)))
        (local.set $lanes_1
          (call $candidate_lanes!
            (v128.load offset=16 (local.get $rare_ptr)) (local.get $rare_byte)
            (v128.load offset=16 (local.get $second_ptr)) (local.get $second_byte)))
        (local.set $lanes_2
          (call $candidate_lanes!
            (v128.load offset=32 (local.get $rare_ptr)) (local.get $rare_byte)
            (v128.load offset=32 (local.get $second_ptr)) (local.get $second_byte)))
        (local.set $lanes_3
          (call $candidate_lanes!
            (v128.load offset=48 (local.get $rare_ptr)) (local.get $rare_byte)
            (v128.load offset=48 (local.get $second_ptr)) (local.get $second_byte)))
        (if
          (v128.any_true
            (v128.or
              (v128.or (local.get $lanes_0) (local.get $lanes_1))
              (v128.or (local.get $lanes_2) (local.get $lanes_3))))
          (then
            (call $first_match
              (local.get $here)
              (i64.or
                (i64.or
                  (i64.extend_i32_u (i8x16.bitmask (local.get $lanes_0)))
                  (i64.shl
                    (i64.extend_i32_u (i8x16.bitmask (local.get $lanes_1)))
                    (i64.const 16)))
                (i64.or
                  (i64.shl
                    (i64.extend_i32_u (i8x16.bitmask (local.get $lanes_2)))
                    (i64.const 32))
                  (i64.shl
                    (i64.extend_i32_u (i8x16.bitmask (local.get $lanes_3)))
                    (i64.const 48))))
              (local.get $needle_ptr)
              (local.get $needle_len))
            (local.set $spent)
            (local.set $found)
            (if (local.get $found) (then (return (local.get $found))))
            (local.set $cost (i32.add (local.get $cost) (local.get $spent)))
            (if
              (i32.gt_u
                (local.get $cost)
                (i32.add
                  (global.get $PATIENCE)
                  (i32.sub (local.get $here) (local.get $from))))
              (then
                (return
                  (call $find_linear
                    (i32.add (local.get $here) (i32.const 64))
                    (local.get $last)
                    (local.get $needle_ptr)
                    (local.get $needle_len)))))))
        (local.set $here (i32.add (local.get $here) (i32.const 64)))
        (br_if $next_64 (i32.le_u (local.get $here) (local.get $last_block)))))

    ;; Fewer than 64 places are left. Where there were 16 to begin with, the last vector may overlap
    ;; what is searched.
    (if (i32.ge_u (i32.sub (local.get $last) (local.get $from)) (i32.const 15))
      (then
        (local.set $last_block (i32.sub (local.get $last) (i32.const 15)))
        (loop $next_16
          (br_if $searched (i32.gt_u (local.get $here) (local.get $last)))
          (local.set $candidates (i64.const -1))
          (if (i32.gt_u (local.get $here) (local.get $last_block))
            (then
              (local.set $candidates
                (i64.shl
                  (i64.const -1)
                  (i64.extend_i32_u (i32.sub (local.get $here) (local.get $last_block)))))
              (local.set $here (local.get $last_block))))
          (local.set $candidates
            (i64.and
              (local.get $candidates)
              (i64.extend_i32_u
                (i8x16.bitmask
                  (call $candidate_lanes!
                    (v128.load (i32.add (local.get $here) (local.get $rare)))
                    (local.get $rare_byte)
                    (v128.load (i32.add (local.get $here) (local.get $second)))
                    (local.get $second_byte))))))
          (if (i64.ne (local.get $candidates) (i64.const 0))
            (then
              (call $first_match
                (local.get $here)
                (local.get $candidates)
                (local.get $needle_ptr)
                (local.get $needle_len))
              (drop)
              (local.set $found)
              (if (local.get $found) (then (return (local.get $found))))))
          (local.set $here (i32.add (local.get $here) (i32.const 16)))
          (br $next_16))))
    ;; Fewer than 16 places in all.
    (loop $next_place
      (br_if $searched (i32.gt_u (local.get $here) (local.get $last)))
      (if
        (i32.eq
          (i32.load8_u (i32.add (local.get $here) (local.get $rare)))
          (i32.load8_u (i32.add (local.get $needle_ptr) (local.get $rare))))
        (then
          (if
            (i32.eq
              (call $mismatch
                (local.get $here) (local.get $needle_ptr) (local.get $needle_len))
              (local.get $needle_len))
            (then (return (local.get $here))))))
      (local.set $here (i32.add (local.get $here) (i32.const 1)))
      (br $next_place)))
  (i32.const 0))

;; Compares the needle with the places $here + bit of the candidates; there is one at least.
;; The address of the first that matches, or 0; and what that cost, in bytes, where it matters.
(func $first_match
  (param $here i32) (param $candidates i64) (param $needle_ptr i32) (param $needle_len i32)
  (result i32 i32)
  (local $place i32)
  (local $matched i32)
  (local $cost i32)
  (loop $next_candidate
    (local.set $place
      (i32.add (local.get $here) (i32.wrap_i64 (i64.ctz (local.get $candidates)))))
    (local.set $matched
      (call $mismatch (local.get $place) (local.get $needle_ptr) (local.get $needle_len)))
    (if (i32.eq (local.get $matched) (local.get $needle_len))
      (then (return (local.get $place) (local.get $cost))))
    (if (i32.gt_u (local.get $needle_len) (global.get $SHORT))
      (then
        (local.set $cost
          (i32.add (local.get $cost) (i32.add (local.get $matched) (i32.const 16))))))
    ;; clear the lowest bit
    (local.set $candidates
      (i64.and
        (local.get $candidates)
        (i64.sub (local.get $candidates) (i64.const 1))))
    (br_if $next_candidate (i64.ne (local.get $candidates) (i64.const 0))))
  (i32.const 0)
  (local.get $cost))

;; The first occurrence at a place from $here to $last, or 0, in linear time whatever the text.
(func $find_linear
  (param $here i32) (param $last i32) (param $needle_ptr i32) (param $needle_len i32)
  (result i32)
  (if (i32.gt_u (local.get $here) (local.get $last)) (then (return (i32.const 0))))
  (if (i32.le_u (local.get $needle_len) (global.get $LONGEST_TABLED))
    (then
      (call $tabulate_bad_characters (local.get $needle_ptr) (local.get $needle_len))
      (call $tabulate_good_suffixes (local.get $needle_ptr) (local.get $needle_len))
      (return
        (call $find_boyer_moore
          (local.get $here)
          (local.get $last)
          (local.get $needle_ptr)
          (local.get $needle_len)))))
  (call $find_two_way
    (local.get $here) (local.get $last) (local.get $needle_ptr) (local.get $needle_len)))

;; ---- Boyer-Moore

;; The u16 at place `index` of the table at `table`.
(func $entry! (param $table i32) (param $index i32) (result i32)
  (i32.load16_u
    (i32.add (local.get $table) (i32.shl (local.get $index) (i32.const 1)))))

(func $set_entry! (param $table i32) (param $index i32) (param $value i32)
  (i32.store16
    (i32.add (local.get $table) (i32.shl (local.get $index) (i32.const 1)))
    (local.get $value)))

(func $byte_at! (param $ptr i32) (param $index i32) (result i32)
  (i32.load8_u (i32.add (local.get $ptr) (local.get $index))))

;; bad_character[byte] = how far the byte's last place is from the needle's end; its length if none.
(func $tabulate_bad_characters (param $needle_ptr i32) (param $needle_len i32)
  (local $index i32)
  (local $lengths v128)
  (local.set $lengths (i16x8.splat (local.get $needle_len)))
  (loop $next_8
    (v128.store
      (i32.add (global.get $BAD_CHARACTER) (local.get $index))
      (local.get $lengths))
    (local.set $index (i32.add (local.get $index) (i32.const 16)))
    (br_if $next_8 (i32.lt_u (local.get $index) (i32.const 512))))
  (local.set $index (i32.const 0))
  (loop $next_byte
    (call $set_entry!
      (global.get $BAD_CHARACTER)
      (call $byte_at! (local.get $needle_ptr) (local.get $index))
      (i32.sub
        (i32.sub (local.get $needle_len) (i32.const 1))
        (local.get $index)))
    (local.set $index (i32.add (local.get $index) (i32.const 1)))
    (br_if $next_byte (i32.lt_u (local.get $index) (local.get $needle_len)))))

;; good_suffix[i] = the least shift that is consistent with needle[i..] having matched and
;; needle[i-1] not; good_suffix[0], the shift after a whole match, is not used.
(func $tabulate_good_suffixes (param $needle_ptr i32) (param $needle_len i32)
  (local $suffix i32) ;; where the suffix at hand begins
  (local $border i32) ;; where its widest border begins, counted from the needle's start
  ;; Zero stands for a shift that is not known yet.
  (memory.fill
    (global.get $GOOD_SUFFIX)
    (i32.const 0)
    (i32.shl (i32.add (local.get $needle_len) (i32.const 1)) (i32.const 1)))
  (local.set $suffix (local.get $needle_len))
  (local.set $border (i32.add (local.get $needle_len) (i32.const 1)))
  (call $set_entry! (global.get $BORDER) (local.get $suffix) (local.get $border))
  (loop $next_suffix
    (block $widened
      (loop $next_border
        (br_if $widened (i32.gt_u (local.get $border) (local.get $needle_len)))
        (br_if $widened
          (i32.eq
            (call $byte_at!
              (local.get $needle_ptr) (i32.sub (local.get $suffix) (i32.const 1)))
            (call $byte_at!
              (local.get $needle_ptr) (i32.sub (local.get $border) (i32.const 1)))))
        ;; The suffix at the border stands again at $suffix, after another byte.
        (if (i32.eqz (call $entry! (global.get $GOOD_SUFFIX) (local.get $border)))
          (then
            (call $set_entry!
              (global.get $GOOD_SUFFIX)
              (local.get $border)
              (i32.sub (local.get $border) (local.get $suffix)))))
        (local.set $border (call $entry! (global.get $BORDER) (local.get $border)))
        (br $next_border)))
    (local.set $suffix (i32.sub (local.get $suffix) (i32.const 1)))
    (local.set $border (i32.sub (local.get $border) (i32.const 1)))
    (call $set_entry! (global.get $BORDER) (local.get $suffix) (local.get $border))
    (br_if $next_suffix (local.get $suffix)))
  ;; Where the suffix stands nowhere else, a part of it may be the needle's beginning.
  (loop $next_suffix
    (if (i32.eqz (call $entry! (global.get $GOOD_SUFFIX) (local.get $suffix)))
      (then
        (call $set_entry! (global.get $GOOD_SUFFIX) (local.get $suffix) (local.get $border))))
    (if (i32.eq (local.get $suffix) (local.get $border))
      (then (local.set $border (call $entry! (global.get $BORDER) (local.get $border)))))
    (local.set $suffix (i32.add (local.get $suffix) (i32.const 1)))
    (br_if $next_suffix (i32.le_u (local.get $suffix) (local.get $needle_len)))))

;; Compares from the needle's end to its beginning, 16 bytes a step, and shifts by the larger of the
;; two rules. The needle has 16 bytes at least.
(func $find_boyer_moore
  (param $here i32) (param $last i32) (param $needle_ptr i32) (param $needle_len i32)
  (result i32)
  (local $known i32)       ;; Galil: this much of the needle's beginning is known to match
  (local $index i32)       ;; where 16 bytes are compared
  (local $lanes i32)       ;; bits of the lanes that differ
  (local $last_16 i32)     ;; the needle's last 16 bytes begin here
  (local $mismatch i32)    ;; index of the last byte that differs
  (local $character_shift i32)
  (local $suffix_shift i32)
  (local.set $last_16 (i32.sub (local.get $needle_len) (i32.const 16)))
  (block $searched
    (loop $next_place
      (br_if $searched (i32.gt_u (local.get $here) (local.get $last)))
      (local.set $index (local.get $last_16))
      (block $differs
        (loop $next_16
          (local.set $lanes
            (call $differing_lanes!
              (i32.add (local.get $here) (local.get $index))
              (i32.add (local.get $needle_ptr) (local.get $index))))
          (br_if $differs (local.get $lanes))
          (if (i32.le_u (local.get $index) (local.get $known))
            (then (return (local.get $here))))
          ;; index = max(index - 16, known): the last step overlaps bytes that are equal
          (local.set $index
            (select
              (i32.sub (local.get $index) (i32.const 16))
              (local.get $known)
              (i32.gt_u
                (local.get $index)
                (i32.add (local.get $known) (i32.const 16)))))
          (br $next_16)))
      (local.set $mismatch
        (i32.add
          (local.get $index)
          (i32.sub (i32.const 31) (i32.clz (local.get $lanes)))))
      (local.set $suffix_shift
        (call $entry!
          (global.get $GOOD_SUFFIX)
          (i32.add (local.get $mismatch) (i32.const 1))))
      ;; may be negative: then the byte stands in the part that has matched
      (local.set $character_shift
        (i32.sub
          (call $entry!
            (global.get $BAD_CHARACTER)
            (call $byte_at! (local.get $here) (local.get $mismatch)))
          (i32.sub
            (i32.sub (local.get $needle_len) (i32.const 1))
            (local.get $mismatch))))
      (if (i32.gt_s (local.get $character_shift) (local.get $suffix_shift))
        (then
          (local.set $known (i32.const 0))
          (local.set $here (i32.add (local.get $here) (local.get $character_shift))))
        (else
          ;; Shifted past the mismatch, the needle begins with text that has matched.
          (local.set $known
            (select
              (i32.sub (local.get $needle_len) (local.get $suffix_shift))
              (i32.const 0)
              (i32.gt_u (local.get $suffix_shift) (local.get $mismatch))))
          (local.set $here (i32.add (local.get $here) (local.get $suffix_shift)))))
      (br $next_place)))
  (i32.const 0))

;; ---- two-way

;; The maximal suffix of the needle in the order of bytes, or in the reverse order where $reverse is
;; 1: the index of its first byte, and its period.
(func $maximal_suffix
  (param $needle_ptr i32) (param $needle_len i32) (param $reverse i32) (result i32 i32)
  (local $start i32)     ;; of the best suffix so far
  (local $rival i32)     ;; start of the suffix that it is compared with
  (local $offset i32)    ;; how far into both
  (local $period i32)
  (local $best_byte i32)
  (local $rival_byte i32)
  (local.set $rival (i32.const 1))
  (local.set $period (i32.const 1))
  (block $done
    (loop $next_byte
      (br_if $done
        (i32.ge_u
          (i32.add (local.get $rival) (local.get $offset))
          (local.get $needle_len)))
      (local.set $best_byte
        (call $byte_at!
          (local.get $needle_ptr) (i32.add (local.get $start) (local.get $offset))))
      (local.set $rival_byte
        (call $byte_at!
          (local.get $needle_ptr) (i32.add (local.get $rival) (local.get $offset))))
      (if (i32.eq (local.get $best_byte) (local.get $rival_byte))
        (then
          (local.set $offset (i32.add (local.get $offset) (i32.const 1)))
          (if (i32.eq (local.get $offset) (local.get $period))
            (then
              (local.set $rival (i32.add (local.get $rival) (local.get $period)))
              (local.set $offset (i32.const 0)))))
        (else
          (if
            (i32.xor
              (i32.lt_u (local.get $rival_byte) (local.get $best_byte))
              (local.get $reverse))
            (then
              ;; The rival loses, and with it all suffixes up to the byte that decided.
              (local.set $rival
                (i32.add
                  (i32.add (local.get $rival) (local.get $offset))
                  (i32.const 1)))
              (local.set $period (i32.sub (local.get $rival) (local.get $start))))
            (else
              (local.set $start (local.get $rival))
              (local.set $rival (i32.add (local.get $rival) (i32.const 1)))
              (local.set $period (i32.const 1))))
          (local.set $offset (i32.const 0))))
      (br $next_byte)))
  (local.get $start)
  (local.get $period))

;; Crochemore and Perrin's algorithm: the needle is cut where its local period is its period, the
;; right part is compared first, and a mismatch there shifts by what has been compared.
(func $find_two_way
  (param $here i32) (param $last i32) (param $needle_ptr i32) (param $needle_len i32)
  (result i32)
  (local $cut i32)           ;; the right part begins here
  (local $period i32)
  (local $other_cut i32)
  (local $other_period i32)
  (local $remembered i32)    ;; what is known after a shift by the period, 0 without one
  (local $known i32)         ;; this much of the needle's beginning is known to match
  (local $index i32)
  (call $maximal_suffix (local.get $needle_ptr) (local.get $needle_len) (i32.const 0))
  (local.set $period)
  (local.set $cut)
  (call $maximal_suffix (local.get $needle_ptr) (local.get $needle_len) (i32.const 1))
  (local.set $other_period)
  (local.set $other_cut)
  (if (i32.gt_u (local.get $other_cut) (local.get $cut))
    (then
      (local.set $cut (local.get $other_cut))
      (local.set $period (local.get $other_period))))
  ;; Where the left part stands again a period later, the needle repeats with its period, and what a
  ;; shift by the period keeps need not be compared again.
  ;; It stays within the needle: no suffix is shorter than its period.
  (if
    (i32.eq
      (call $mismatch
        (local.get $needle_ptr)
        (i32.add (local.get $needle_ptr) (local.get $period))
        (local.get $cut))
      (local.get $cut))
    (then
      (local.set $remembered
        (i32.sub (local.get $needle_len) (local.get $period)))))
  ;; Elsewhere a lower bound of the period is enough, and nothing is remembered.
  (if (i32.eqz (local.get $remembered))
    (then
      (local.set $period
        (i32.add
          (select
            (local.get $cut)
            (i32.sub (local.get $needle_len) (local.get $cut))
            (i32.gt_u
              (local.get $cut)
              (i32.sub (local.get $needle_len) (local.get $cut))))
          (i32.const 1)))))
  (block $searched
    (loop $next_place
      (br_if $searched (i32.gt_u (local.get $here) (local.get $last)))
      ;; index = max(cut, known)
      (local.set $index
        (select
          (local.get $cut)
          (local.get $known)
          (i32.gt_u (local.get $cut) (local.get $known))))
      (local.set $index
        (i32.add
          (local.get $index)
          (call $mismatch
            (i32.add (local.get $here) (local.get $index))
            (i32.add (local.get $needle_ptr) (local.get $index))
            (i32.sub (local.get $needle_len) (local.get $index)))))
      (if (i32.lt_u (local.get $index) (local.get $needle_len))
        (then
          (local.set $here
            (i32.add
              (local.get $here)
              (i32.add (i32.sub (local.get $index) (local.get $cut)) (i32.const 1))))
          (local.set $known (i32.const 0))
          (br $next_place)))
      (if (i32.ge_u (local.get $known) (local.get $cut))
        (then (return (local.get $here))))
      (if
        (i32.eq
          (call $mismatch
            (i32.add (local.get $here) (local.get $known))
            (i32.add (local.get $needle_ptr) (local.get $known))
            (i32.sub (local.get $cut) (local.get $known)))
          (i32.sub (local.get $cut) (local.get $known)))
        (then (return (local.get $here))))
      (local.set $here (i32.add (local.get $here) (local.get $period)))
      (local.set $known (local.get $remembered))
      (br $next_place)))
  (i32.const 0))
