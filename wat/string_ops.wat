;;! summary  = "FNV-1a hashing, lexicographic comparison and substring search of byte strings"
;;! spec     = "draft-eastlake-fnv; Boyer and Moore 1977; Galil 1979; Crochemore and Perrin 1991"
;;! exports  = [
;;!   "fnv1a32", "fnv1a32_update", "fnv1a64", "fnv1a64_update", "compare", "search", "search_all",
;;! ]

;; Hashing is bound by the latency of one multiplication a byte, so its loops only have to stay out
;; of the way. Comparison looks at 64 bytes a step. Search looks for the needle's rarest byte in
;; steps of 64, which is as fast as memory on ordinary text; where near matches make that expensive
;; it goes over to an algorithm that is linear whatever the text: Boyer-Moore with Galil's rule,
;; or, for needles longer than its tables, the two-way algorithm, which needs none.

;; Memory map
;;   offset  length  name           meaning
;;        0     256  commonness     how common each byte is in text, 0 to 18, see below
;;      256     512  bad_character  u16 a byte: distance of its last place from the needle's end
;;      768    8194  good_suffix    u16 a place: shift after a mismatch there
;;     8962    8194  border         u16 a place: where the widest border of that suffix begins
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 17408))

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
;;   Reads the span, writes nothing, cannot fail. len = 0 gives the offset basis.
(func $fnv1a32 (export "fnv1a32") (param $ptr i32) (param $len i32) (result i32)
  (call $fnv1a32_update (global.get $BASIS_32) (local.get $ptr) (local.get $len)))

;; u32 fnv1a32_update(u32 hash, const u8 *ptr, u32 len)
;;   The hash of what `hash` is the hash of, followed by [ptr, ptr+len); for texts in pieces.
;;   Reads the span, writes nothing, cannot fail. len = 0 gives `hash`.
(func $fnv1a32_update (export "fnv1a32_update")
  (param $hash i32) (param $ptr i32) (param $len i32) (result i32)
  (local $end i32)      ;; one past the last byte
  (local $last_8 i32)   ;; the last place where eight bytes are left
  (if (i32.eqz (local.get $len)) (then (return (local.get $hash))))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (if (i32.ge_u (local.get $len) (i32.const 8))
    (then
      (local.set $last_8 (i32.sub (local.get $end) (i32.const 8)))
      (loop $next_8
        (local.set $hash
          (call $mix_32! (local.get $hash) (i32.load8_u (local.get $ptr))))
        (local.set $hash
          (call $mix_32! (local.get $hash) (i32.load8_u offset=1 (local.get $ptr))))
        (local.set $hash
          (call $mix_32! (local.get $hash) (i32.load8_u offset=2 (local.get $ptr))))
        (local.set $hash
          (call $mix_32! (local.get $hash) (i32.load8_u offset=3 (local.get $ptr))))
        (local.set $hash
          (call $mix_32! (local.get $hash) (i32.load8_u offset=4 (local.get $ptr))))
        (local.set $hash
          (call $mix_32! (local.get $hash) (i32.load8_u offset=5 (local.get $ptr))))
        (local.set $hash
          (call $mix_32! (local.get $hash) (i32.load8_u offset=6 (local.get $ptr))))
        (local.set $hash
          (call $mix_32! (local.get $hash) (i32.load8_u offset=7 (local.get $ptr))))
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
;;   Reads the span, writes nothing, cannot fail. len = 0 gives the offset basis.
(func $fnv1a64 (export "fnv1a64") (param $ptr i32) (param $len i32) (result i64)
  (call $fnv1a64_update (global.get $BASIS_64) (local.get $ptr) (local.get $len)))

;; u64 fnv1a64_update(u64 hash, const u8 *ptr, u32 len)
;;   The hash of what `hash` is the hash of, followed by [ptr, ptr+len); for texts in pieces.
;;   Reads the span, writes nothing, cannot fail. len = 0 gives `hash`.
(func $fnv1a64_update (export "fnv1a64_update")
  (param $hash i64) (param $ptr i32) (param $len i32) (result i64)
  (local $end i32)      ;; one past the last byte
  (local $last_8 i32)   ;; the last place where eight bytes are left
  (if (i32.eqz (local.get $len)) (then (return (local.get $hash))))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (if (i32.ge_u (local.get $len) (i32.const 8))
    (then
      (local.set $last_8 (i32.sub (local.get $end) (i32.const 8)))
      (loop $next_8
        (local.set $hash
          (call $mix_64! (local.get $hash) (i64.load8_u (local.get $ptr))))
        (local.set $hash
          (call $mix_64! (local.get $hash) (i64.load8_u offset=1 (local.get $ptr))))
        (local.set $hash
          (call $mix_64! (local.get $hash) (i64.load8_u offset=2 (local.get $ptr))))
        (local.set $hash
          (call $mix_64! (local.get $hash) (i64.load8_u offset=3 (local.get $ptr))))
        (local.set $hash
          (call $mix_64! (local.get $hash) (i64.load8_u offset=4 (local.get $ptr))))
        (local.set $hash
          (call $mix_64! (local.get $hash) (i64.load8_u offset=5 (local.get $ptr))))
        (local.set $hash
          (call $mix_64! (local.get $hash) (i64.load8_u offset=6 (local.get $ptr))))
        (local.set $hash
          (call $mix_64! (local.get $hash) (i64.load8_u offset=7 (local.get $ptr))))
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
(global $PROBED i32 (i32.const 256))

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
            (block $rare_byte_is_here
              (loop $skip_64
                (br_if $rare_byte_is_here
                  (v128.any_true
                    (v128.or
                      (v128.or
                        (i8x16.eq (v128.load (local.get $rare_ptr)) (local.get $rare_byte))
                        (i8x16.eq
                          (v128.load offset=16 (local.get $rare_ptr)) (local.get $rare_byte)))
                      (v128.or
                        (i8x16.eq
                          (v128.load offset=32 (local.get $rare_ptr)) (local.get $rare_byte))
                        (i8x16.eq
                          (v128.load offset=48 (local.get $rare_ptr)) (local.get $rare_byte))))))
                (local.set $rare_ptr (i32.add (local.get $rare_ptr) (i32.const 64)))
                (br_if $skip_64 (i32.le_u (local.get $rare_ptr) (local.get $last_rare))))
              (local.set $here (i32.sub (local.get $rare_ptr) (local.get $rare)))
              (br $last_63))
            (local.set $here (i32.sub (local.get $rare_ptr) (local.get $rare)))))
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
  (if
    (i32.le_u
      (local.get $cut)
      (i32.sub (local.get $needle_len) (local.get $period)))
    (then
      (if
        (i32.eq
          (call $mismatch
            (local.get $needle_ptr)
            (i32.add (local.get $needle_ptr) (local.get $period))
            (local.get $cut))
          (local.get $cut))
        (then
          (local.set $remembered
            (i32.sub (local.get $needle_len) (local.get $period)))))))
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
