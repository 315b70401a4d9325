;; ---- search for many needles

;; The needles are compiled once, to bytes that the caller keeps. A filter in them says of a few
;; bytes of the haystack whether they can belong to a needle, and most cannot; where they can, a
;; hash of what stands there leads to the needles that begin so, and these are compared.
;;
;; Up to eight needles of three bytes and more go by nibbles: for each of four bytes in a row, a
;; vector has a bit for each needle whose byte there has this lower nibble, so that four look-ups
;; tell sixteen places at a time which needles are possible there. (With both nibbles of three
;; bytes, as Teddy has them, that is six look-ups, and on JavaScript there are two to four times as
;; many false candidates; 2026-11-29.) Up to 64 needles share the eight bits, those that are alike
;; one, and their upper nibbles are looked up, too.
;;
;; Other needles go by grams, of which every stride-th place has one looked up: a needle that is
;; longer than a gram has as many of them as a stride is long, and one of these stands at such a
;; place. From seven bytes on that is faster than nibbles are.
;;
;; Where candidates cost too much, an automaton takes over that is linear whatever the text.

;; Layout needles
;;   offset  size  field        meaning
;;        0     4  magic        u32: that these are compiled needles
;;        4     4  count        u32: how many there are, without those that are empty
;;        8     4  total        u32: how many bytes they have together
;;       12     4  shortest     u32: the length of the shortest
;;       16     4  longest      u32: the length of the longest
;;       20     4  gram         u32: bytes that are looked up at a time, 1 to 4
;;       24     4  stride       u32: places from one gram that is looked up to the next, 1 to 8
;;       28     4  filter_bits  u32: log2 of how many bytes the filter has; 0: it goes by nibbles
;;       32     4  bucket_bits  u32: log2 of how many buckets there are
;;       36     4  anchor       u32: where in a needle the four bytes stand that nibbles are of
;;       40    64  low          a bit a needle, or a few, for each lower nibble of the four bytes
;;      104    64  high         the same for each upper nibble, where needles share bits
(global $NEEDLES_SIZE i32 (i32.const 168))

;; Behind that stand a u32 for each bucket and one more, which is the place of its first needle
;; among all; the needles, bucket by bucket; the filter, which has a bit for each place within a
;; stride where a needle has the gram; and the bytes of all needles.

;; Layout needle
;;   offset  size  field   meaning
;;        0     4  place   u32: where its bytes begin, among those of all
;;        4     4  len     u32
;;        8     4  number  u32: its place among the needles that were given
;;       12     4  head    u32: its first bytes: four, or as many as the shortest has
(global $NEEDLE_SIZE i32 (i32.const 16))

;; Layout node
;;   offset  size  field    meaning
;;        0     4  child    address of the child that came last, or 0
;;        4     4  sibling  address of the one that came before, or 0
;;        8     4  suffix   address of the node of the longest suffix that has one
;;       12     4  needle   address of the longest needle that is a suffix, or 0
;;       16     4  label    u32: the byte that leads here
;;       20     4  later    address of the node that is dealt with next, or 0
(global $NODE_SIZE i32 (i32.const 24))

;; Enumeration needles_fault
;;   value  name          meaning
;;       1  not_compiled  they are not what search_many_compile writes
(global $NEEDLES_FAULT_NOT_COMPILED i32 (i32.const 1))

;; "kwn1"
(global $NEEDLES_MAGIC i32 (i32.const 0x316e776b))

;; More needles are too many.
(global $MOST_NEEDLES i32 (i32.const 0x1000000))

;; So many needles go by nibbles, if each has so many bytes; and more, up to so many, if the
;; shortest has no more than so many.
(global $MOST_BY_LOW_NIBBLES i32 (i32.const 8))
(global $LEAST_BY_NIBBLES    i32 (i32.const 3))
(global $MOST_BY_NIBBLES     i32 (i32.const 64))
(global $GREATEST_BY_NIBBLES i32 (i32.const 6))

;; Up to so many needles a gram of three bytes tells enough, and leaves a longer stride.
(global $MOST_BY_THREE i32 (i32.const 128))

;; The work of comparing may cost this much, and eight times the bytes that are searched through.
(global $PATIENCE_FOR_MANY i32 (i32.const 4096))

;; How much of a haystack the automaton goes through at a time, if no needle is longer.
(global $LINEAR_CHUNK i32 (i32.const 4096))

(func $greatest! (param $a i32) (param $b i32) (result i32)
  (select (local.get $a) (local.get $b) (i32.gt_u (local.get $a) (local.get $b))))

;; log2 of the least power of two that is no less, for 1 and more.
(func $log2_up! (param $number i32) (result i32)
  (i32.sub
    (i32.const 32)
    (i32.clz (i32.sub (local.get $number) (i32.const 1)))))

;; A bucket is for a quarter of a needle on average, or half of one.
(func $bucket_bits! (param $count i32) (result i32)
  (call $least!
    (call $greatest!
      (i32.add (call $log2_up! (local.get $count)) (i32.const 2))
      (i32.const 4))
    (i32.const 20)))

;; A filter has 256 bytes for each needle, up to 64 KiB. What it tells wrongly costs the same for
;; each byte of the haystack, however long the stride.
(func $filter_bits! (param $count i32) (result i32)
  (call $least!
    (i32.add (call $log2_up! (local.get $count)) (i32.const 8))
    (i32.const 16)))

;; How long compiled needles are.
(func $needles_len!
  (param $count i32) (param $bytes i64) (param $filter_bits i32) (param $bucket_bits i32)
  (result i64)
  (i64.add
    (i64.add
      (i64.add
        (i64.extend_i32_u (global.get $NEEDLES_SIZE))
        (i64.extend_i32_u
          (i32.add
            (i32.shl (i32.const 4) (local.get $bucket_bits))
            (i32.const 4))))
      (i64.mul
        (i64.extend_i32_u (local.get $count))
        (i64.extend_i32_u (global.get $NEEDLE_SIZE))))
    (i64.add
      (i64.extend_i32_u
        (select
          (i32.shl (i32.const 1) (local.get $filter_bits))
          (i32.const 0)
          (local.get $filter_bits)))
      (local.get $bytes))))

;; i32 search_many_bound(u32 count, u32 len)
;;   How long `count` needles, of `len` bytes together, are at most once they are compiled, or -6
;;   too_large. A pure function.
(func $search_many_bound (export "search_many_bound")
  (param $count i32) (param $len i32) (result i32)
  (local $bound i64)
  (if (i32.gt_u (local.get $count) (global.get $MOST_NEEDLES))
    (then (return (i32.const -6))))
  (local.set $count (call $greatest! (local.get $count) (i32.const 1)))
  (local.set $bound
    (call $needles_len!
      (local.get $count)
      (i64.extend_i32_u (local.get $len))
      (call $filter_bits! (local.get $count))
      (call $bucket_bits! (local.get $count))))
  (if (i64.gt_u (local.get $bound) (i64.const 0x7fffffff)) (then (return (i32.const -6))))
  (i32.wrap_i64 (local.get $bound)))

;; i32 search_many_work_size(u32 len)
;;   How many bytes of work memory search_many needs for needles of `len` bytes together, so that it
;;   is linear whatever the text, or -6 too_large. A pure function.
(func $search_many_work_size (export "search_many_work_size") (param $len i32) (result i32)
  (local $size i64)
  (local.set $size
    (i64.add
      ;; The children of the root, the root, and what was found in a chunk.
      (i64.extend_i32_u
        (i32.add
          (i32.add (i32.const 1024) (global.get $NODE_SIZE))
          (i32.shl (global.get $LINEAR_CHUNK) (i32.const 2))))
      (i64.mul
        (i64.extend_i32_u (local.get $len))
        (i64.extend_i32_u (i32.add (global.get $NODE_SIZE) (i32.const 4))))))
  (if (i64.gt_u (local.get $size) (i64.const 0x7fffffff)) (then (return (i32.const -6))))
  (i32.wrap_i64 (local.get $size)))

;; The `width` bytes at ptr, 1 to 4, as a number.
(func $gram! (param $ptr i32) (param $width i32) (result i32)
  (if (result i32) (i32.eq (local.get $width) (i32.const 4))
    (then (i32.load (local.get $ptr)))
    (else
      (if (result i32) (i32.eq (local.get $width) (i32.const 3))
        (then
          (i32.or
            (i32.load16_u (local.get $ptr))
            (i32.shl (i32.load8_u offset=2 (local.get $ptr)) (i32.const 16))))
        (else
          (if (result i32) (i32.eq (local.get $width) (i32.const 2))
            (then (i32.load16_u (local.get $ptr)))
            (else (i32.load8_u (local.get $ptr)))))))))

;; Which of 2^bits places a gram has: of a product, the bits above the twelfth. (A shift by a number
;; that is not constant takes longer than both of these in V8.)
(func $slot! (param $gram i32) (param $mask i32) (result i32)
  (i32.and
    (i32.shr_u
      (i32.mul (local.get $gram) (i32.const 0x9e3779b1))
      (i32.const 12))
    (local.get $mask)))

;; What $slot! takes for so many bits.
(func $slot_mask! (param $bits i32) (result i32)
  (i32.sub (i32.shl (i32.const 1) (local.get $bits)) (i32.const 1)))

;; How many bytes a head has.
(func $head_width! (param $needles i32) (result i32)
  (call $least!
    (i32.load offset=12 (;SHORTEST;) (local.get $needles))
    (i32.const 4)))

;; A mask of so many bytes, 1 to 4.
(func $bytes_mask! (param $width i32) (result i32)
  (i32.shr_u
    (i32.const -1)
    (i32.sub
      (i32.const 32)
      (i32.shl (local.get $width) (i32.const 3)))))

;; Where the parts of compiled needles stand.
(func $buckets_of! (param $needles i32) (result i32)
  (i32.add (local.get $needles) (global.get $NEEDLES_SIZE)))

(func $entries_of! (param $needles i32) (result i32)
  (i32.add
    (call $buckets_of! (local.get $needles))
    (i32.add
      (i32.shl
        (i32.const 4)
        (i32.load offset=32 (;BUCKET_BITS;) (local.get $needles)))
      (i32.const 4))))

(func $filter_of! (param $needles i32) (result i32)
  (i32.add
    (call $entries_of! (local.get $needles))
    (i32.mul
      (i32.load offset=4 (;COUNT;) (local.get $needles))
      (global.get $NEEDLE_SIZE))))

(func $bytes_of! (param $needles i32) (param $needles_len i32) (result i32)
  (i32.sub
    (i32.add (local.get $needles) (local.get $needles_len))
    (i32.load offset=8 (;TOTAL;) (local.get $needles))))

;; i32 search_many_compile(const u32 *needles_ptr, u32 count, u8 *dst_ptr, u32 dst_cap)
;;   Compiles the needles that the list of `count` spans at needles_ptr has, for search_many. The
;;   number of a needle is its place in the list; empty ones are never found.
;;   Reads the list and its spans, writes dst and the static region. Returns the length written, at
;;   most search_many_bound, or -2 output_too_small, or -6 too_large where that is.
(func $search_many_compile (export "search_many_compile")
  (param $needles_ptr i32) (param $count i32) (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (local $span i32)     ;; address of the span at hand
  (local $end i32)      ;; one past the last span
  (local $len i32)
  (local $kept i32)     ;; needles that are not empty
  (local $bytes i64)
  (local $shortest i32)
  (local $longest i32)
  (local $total i64)
  (local $filter_bits i32)
  (local $bucket_bits i32)
  (local $width i32)
  (local $stride i32)
  (if (i32.gt_u (local.get $count) (global.get $MOST_NEEDLES))
    (then (return (i32.const -6))))
  (local.set $shortest (i32.const -1))
  (local.set $span (local.get $needles_ptr))
  (local.set $end
    (i32.add (local.get $needles_ptr) (i32.shl (local.get $count) (i32.const 3))))
  (block $measured
    (loop $next_span
      (br_if $measured (i32.eq (local.get $span) (local.get $end)))
      (local.set $len (i32.load offset=4 (local.get $span)))
      (local.set $span (i32.add (local.get $span) (i32.const 8)))
      (br_if $next_span (i32.eqz (local.get $len)))
      (local.set $kept (i32.add (local.get $kept) (i32.const 1)))
      (local.set $bytes
        (i64.add (local.get $bytes) (i64.extend_i32_u (local.get $len))))
      (local.set $shortest (call $least! (local.get $shortest) (local.get $len)))
      (local.set $longest (call $greatest! (local.get $longest) (local.get $len)))
      (br $next_span)))
  (if (i32.eqz (local.get $kept)) (then (local.set $shortest (i32.const 1))))
  (local.set $bucket_bits
    (call $bucket_bits! (call $greatest! (local.get $kept) (i32.const 1))))
  (if
    (i32.or
      (i32.lt_u (local.get $shortest) (global.get $LEAST_BY_NIBBLES))
      (i32.and
        (i32.gt_u (local.get $kept) (global.get $MOST_BY_LOW_NIBBLES))
        (i32.or
          (i32.gt_u (local.get $kept) (global.get $MOST_BY_NIBBLES))
          (i32.gt_u (local.get $shortest) (global.get $GREATEST_BY_NIBBLES)))))
    (then
      (local.set $filter_bits
        (call $filter_bits! (call $greatest! (local.get $kept) (i32.const 1))))))
  (local.set $total
    (call $needles_len!
      (local.get $kept)
      (local.get $bytes)
      (local.get $filter_bits)
      (local.get $bucket_bits)))
  (if (i64.gt_u (local.get $total) (i64.const 0x7fffffff)) (then (return (i32.const -6))))
  (if (i64.gt_u (local.get $total) (i64.extend_i32_u (local.get $dst_cap)))
    (then (return (i32.const -2))))
  (local.set $width
    (call $least!
      (local.get $shortest)
      (select
        (i32.const 3)
        (i32.const 4)
        (i32.le_u (local.get $kept) (global.get $MOST_BY_THREE)))))
  (local.set $stride
    (call $least!
      (i32.sub (i32.add (local.get $shortest) (i32.const 1)) (local.get $width))
      (i32.const 8)))
  ;; All but the bytes of the needles begins with zeros.
  (memory.fill
    (local.get $dst_ptr)
    (i32.const 0)
    (i32.wrap_i64 (i64.sub (local.get $total) (local.get $bytes))))
  (i32.store offset=0 (;MAGIC;) (local.get $dst_ptr) (global.get $NEEDLES_MAGIC))
  (i32.store offset=4 (;COUNT;) (local.get $dst_ptr) (local.get $kept))
  (i32.store offset=8 (;TOTAL;) (local.get $dst_ptr) (i32.wrap_i64 (local.get $bytes)))
  (i32.store offset=12 (;SHORTEST;) (local.get $dst_ptr) (local.get $shortest))
  (i32.store offset=16 (;LONGEST;) (local.get $dst_ptr) (local.get $longest))
  (i32.store offset=20 (;GRAM;) (local.get $dst_ptr) (local.get $width))
  (i32.store offset=24 (;STRIDE;) (local.get $dst_ptr) (local.get $stride))
  (i32.store offset=28 (;FILTER_BITS;) (local.get $dst_ptr) (local.get $filter_bits))
  (i32.store offset=32 (;BUCKET_BITS;) (local.get $dst_ptr) (local.get $bucket_bits))
  (call $store_needles
    (local.get $needles_ptr)
    (local.get $end)
    (local.get $dst_ptr)
    (call $bytes_of! (local.get $dst_ptr) (i32.wrap_i64 (local.get $total))))
  (if (local.get $kept)
    (then
      (if (local.get $filter_bits)
        (then
          (call $fill_filter
            (local.get $dst_ptr)
            (i32.add (local.get $dst_ptr) (i32.wrap_i64 (local.get $total)))))
        (else
          (if (i32.ge_u (local.get $shortest) (i32.const 4))
            (then (call $choose_anchor (local.get $dst_ptr))))
          (if (i32.gt_u (local.get $kept) (global.get $MOST_BY_LOW_NIBBLES))
            (then (call $group_needles (local.get $dst_ptr)))
            (else (call $fill_nibbles (local.get $dst_ptr))))))))
  (i32.wrap_i64 (local.get $total)))

;; Sorts the needles of the spans at [$span, $end) into their buckets, in their order, and copies
;; their bytes.
(func $store_needles
  (param $spans i32) (param $end i32) (param $needles i32) (param $bytes_ptr i32)
  (local $span i32)
  (local $len i32)
  (local $place i32)   ;; bytes that are copied
  (local $buckets i32)
  (local $mask i32)
  (local $width i32)
  (local $slot i32)    ;; address of a bucket
  (local $sum i32)
  (local $entry i32)
  (local.set $buckets (call $buckets_of! (local.get $needles)))
  (local.set $mask
    (call $slot_mask! (i32.load offset=32 (;BUCKET_BITS;) (local.get $needles))))
  (local.set $width (call $head_width! (local.get $needles)))
  ;; How many each bucket has, at the place of the next.
  (local.set $span (local.get $spans))
  (block $counted
    (loop $next_span
      (br_if $counted (i32.eq (local.get $span) (local.get $end)))
      (if (i32.load offset=4 (local.get $span))
        (then
          (local.set $slot
            (i32.add
              (local.get $buckets)
              (i32.shl
                (call $slot!
                  (call $gram! (i32.load (local.get $span)) (local.get $width))
                  (local.get $mask))
                (i32.const 2))))
          (i32.store offset=4 (local.get $slot)
            (i32.add (i32.load offset=4 (local.get $slot)) (i32.const 1)))))
      (local.set $span (i32.add (local.get $span) (i32.const 8)))
      (br $next_span)))
  ;; Where each begins, at the place of the next: filling it makes that where the next begins.
  (local.set $slot (local.get $buckets))
  (loop $next_bucket
    (local.set $len (i32.load offset=4 (local.get $slot)))
    (i32.store offset=4 (local.get $slot) (local.get $sum))
    (local.set $sum (i32.add (local.get $sum) (local.get $len)))
    (local.set $slot (i32.add (local.get $slot) (i32.const 4)))
    (br_if $next_bucket
      (i32.ne
        (local.get $slot)
        (i32.add
          (i32.add (local.get $buckets) (i32.const 4))
          (i32.shl (local.get $mask) (i32.const 2))))))
  (local.set $span (local.get $spans))
  (block $stored
    (loop $next_span
      (br_if $stored (i32.eq (local.get $span) (local.get $end)))
      (local.set $len (i32.load offset=4 (local.get $span)))
      (if (local.get $len)
        (then
          (local.set $slot
            (i32.add
              (local.get $buckets)
              (i32.shl
                (call $slot!
                  (call $gram! (i32.load (local.get $span)) (local.get $width))
                  (local.get $mask))
                (i32.const 2))))
          (local.set $sum (i32.load offset=4 (local.get $slot)))
          (i32.store offset=4 (local.get $slot)
            (i32.add (local.get $sum) (i32.const 1)))
          (local.set $entry
            (i32.add
              (call $entries_of! (local.get $needles))
              (i32.mul (local.get $sum) (global.get $NEEDLE_SIZE))))
          (i32.store offset=0 (;PLACE;) (local.get $entry) (local.get $place))
          (i32.store offset=4 (;LEN;) (local.get $entry) (local.get $len))
          (i32.store offset=8 (;NUMBER;) (local.get $entry)
            (i32.shr_u
              (i32.sub (local.get $span) (local.get $spans))
              (i32.const 3)))
          (i32.store offset=12 (;HEAD;) (local.get $entry)
            (call $gram! (i32.load (local.get $span)) (local.get $width)))
          (memory.copy
            (i32.add (local.get $bytes_ptr) (local.get $place))
            (i32.load (local.get $span))
            (local.get $len))
          (local.set $place (i32.add (local.get $place) (local.get $len)))))
      (local.set $span (i32.add (local.get $span) (i32.const 8)))
      (br $next_span))))

;; Sets the bits of the filter: one for each needle and place within a stride. The bytes of the
;; needles end at $end.
(func $fill_filter (param $needles i32) (param $end i32)
  (local $filter i32)
  (local $bytes_ptr i32)
  (local $entry i32)
  (local $place i32)
  (local $slot i32)
  (local.set $filter (call $filter_of! (local.get $needles)))
  (local.set $bytes_ptr
    (i32.sub
      (local.get $end)
      (i32.load offset=8 (;TOTAL;) (local.get $needles))))
  (local.set $entry (call $entries_of! (local.get $needles)))
  (loop $next_needle
    (local.set $place (i32.const 0))
    (loop $next_place
      (local.set $slot
        (i32.add
          (local.get $filter)
          (call $slot!
            (call $gram!
              (i32.add
                (i32.add
                  (local.get $bytes_ptr)
                  (i32.load offset=0 (;PLACE;) (local.get $entry)))
                (local.get $place))
              (i32.load offset=20 (;GRAM;) (local.get $needles)))
            (call $slot_mask!
              (i32.load offset=28 (;FILTER_BITS;) (local.get $needles))))))
      (i32.store8
        (local.get $slot)
        (i32.or
          (i32.load8_u (local.get $slot))
          ;; What begins first stands furthest into a needle, and has the lowest bit.
          (i32.shl
            (i32.const 1)
            (i32.sub
              (i32.sub
                (i32.load offset=24 (;STRIDE;) (local.get $needles))
                (i32.const 1))
              (local.get $place)))))
      (local.set $place (i32.add (local.get $place) (i32.const 1)))
      (br_if $next_place
        (i32.lt_u
          (local.get $place)
          (i32.load offset=24 (;STRIDE;) (local.get $needles)))))
    (local.set $entry (i32.add (local.get $entry) (global.get $NEEDLE_SIZE)))
    (br_if $next_needle (i32.ne (local.get $entry) (local.get $filter)))))

;; The address of the bytes of the needle at $entry, where none of them goes by grams.
(func $bytes_by_nibbles! (param $needles i32) (param $entry i32) (result i32)
  (i32.add
    (call $filter_of! (local.get $needles))
    (i32.load offset=0 (;PLACE;) (local.get $entry))))

;; Chooses the four bytes of all needles that nibbles are of: those whose commonest are rarest,
;; among the first sixteen.
(func $choose_anchor (param $needles i32)
  (local $anchor i32)
  (local $last i32)     ;; the last that all needles have
  (local $entry i32)
  (local $at i32)
  (local $sum i32)      ;; how common the four bytes of a needle are
  (local $greatest i32) ;; the greatest of these
  (local $least i32)    ;; the least of those
  (local.set $least (i32.const -1))
  (local.set $last
    (i32.sub
      (call $least!
        (i32.load offset=12 (;SHORTEST;) (local.get $needles))
        (i32.const 16))
      (i32.const 4)))
  (loop $next_anchor
    (local.set $greatest (i32.const 0))
    (local.set $entry (call $entries_of! (local.get $needles)))
    (loop $next_needle
      (local.set $at
        (i32.add
          (call $bytes_by_nibbles! (local.get $needles) (local.get $entry))
          (local.get $anchor)))
      (local.set $sum
        (i32.add
          (i32.add
            (i32.load8_u (i32.load8_u (local.get $at)))
            (i32.load8_u (i32.load8_u offset=1 (local.get $at))))
          (i32.add
            (i32.load8_u (i32.load8_u offset=2 (local.get $at)))
            (i32.load8_u (i32.load8_u offset=3 (local.get $at))))))
      (local.set $greatest (call $greatest! (local.get $greatest) (local.get $sum)))
      (local.set $entry (i32.add (local.get $entry) (global.get $NEEDLE_SIZE)))
      (br_if $next_needle
        (i32.ne (local.get $entry) (call $filter_of! (local.get $needles)))))
    (if (i32.lt_u (local.get $greatest) (local.get $least))
      (then
        (local.set $least (local.get $greatest))
        (i32.store offset=36 (;ANCHOR;) (local.get $needles) (local.get $anchor))))
    (local.set $anchor (i32.add (local.get $anchor) (i32.const 1)))
    (br_if $next_anchor (i32.le_u (local.get $anchor) (local.get $last)))))

;; Sets the bits of the lower nibbles. Where the shortest has three bytes, anything may stand before
;; them.
(func $fill_nibbles (param $needles i32)
  (local $entry i32)
  (local $bit i32)
  (local $place i32) ;; of the four bytes
  (local $slot i32)
  (local $first i32) ;; the place that is a needle's
  (if (i32.lt_u (i32.load offset=12 (;SHORTEST;) (local.get $needles)) (i32.const 4))
    (then
      (local.set $first (i32.const 1))
      (v128.store offset=40 (;LOW;) (local.get $needles) (v128.const i64x2 -1 -1))))
  (local.set $entry (call $entries_of! (local.get $needles)))
  (local.set $bit (i32.const 1))
  (loop $next_needle
    (local.set $place (local.get $first))
    (loop $next_place
      (local.set $slot
        (i32.add
          (i32.add
            (local.get $needles)
            (i32.shl (local.get $place) (i32.const 4)))
          (i32.and
            (i32.load8_u
              (i32.add
                (i32.add
                  (call $bytes_by_nibbles! (local.get $needles) (local.get $entry))
                  (i32.load offset=36 (;ANCHOR;) (local.get $needles)))
                (i32.sub (local.get $place) (local.get $first))))
            (i32.const 15))))
      (i32.store8 offset=40 (;LOW;) (local.get $slot)
        (i32.or
          (i32.load8_u offset=40 (;LOW;) (local.get $slot))
          (local.get $bit)))
      (local.set $place (i32.add (local.get $place) (i32.const 1)))
      (br_if $next_place (i32.lt_u (local.get $place) (i32.const 4))))
    (local.set $bit (i32.shl (local.get $bit) (i32.const 1)))
    (local.set $entry (i32.add (local.get $entry) (global.get $NEEDLE_SIZE)))
    (br_if $next_needle
      (i32.ne (local.get $entry) (call $filter_of! (local.get $needles))))))

;; How common each lower nibble is in JavaScript, and each upper one, in parts of 255.
(func $low_weights! (result v128)
  (v128.const i8x16 255 43 65 75 93 92 29 21 52 80 33 33 45 51 68 52))

(func $high_weights! (result v128)
  (v128.const i8x16 14 1 255 42 26 30 246 163 1 1 1 1 1 1 1 1))

;; The nibbles of a set, and one more.
(func $with_nibble! (param $set i32) (param $nibble i32) (result v128)
  (v128.or
    (v128.load (local.get $set))
    (i8x16.eq
      (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
      (i8x16.splat (local.get $nibble)))))

;; How common the nibbles of a set are together.
(func $weight_of! (param $nibbles v128) (param $weights v128) (result f64)
  (local $sums v128) ;; four i32
  (local.set $sums
    (i32x4.extadd_pairwise_i16x8_u
      (i16x8.extadd_pairwise_i8x16_u
        (v128.and (local.get $nibbles) (local.get $weights)))))
  (f64.convert_i32_u
    (i32.add
      (i32.add
        (i32x4.extract_lane 0 (local.get $sums))
        (i32x4.extract_lane 1 (local.get $sums)))
      (i32.add
        (i32x4.extract_lane 2 (local.get $sums))
        (i32x4.extract_lane 3 (local.get $sums))))))

;; Sets the bits of both nibbles where there are more needles than bits: each goes to the bit whose
;; needles it makes the fewest places likelier for. A place is a candidate where each nibble is one
;; of some needle's, which needles that are alike make less often.
(func $group_needles (param $needles i32)
  (local $entry i32)
  (local $four_ptr i32) ;; the four bytes
  (local $first i32)    ;; the place that is a needle's
  (local $place i32)    ;; of the four bytes
  (local $byte i32)
  (local $bit i32)
  (local $set i32)      ;; address of the nibbles of a place
  (local $cost f64)     ;; how common all nibbles of a bit are together
  (local $added f64)    ;; what of that is the needle's
  (local $least f64)
  (local $chosen i32)
  (local $chosen_cost f64)
  (local $slot i32)
  (if (i32.lt_u (i32.load offset=12 (;SHORTEST;) (local.get $needles)) (i32.const 4))
    (then
      (local.set $first (i32.const 1))
      (v128.store offset=40 (;LOW;) (local.get $needles) (v128.const i64x2 -1 -1))
      (v128.store offset=104 (;HIGH;) (local.get $needles) (v128.const i64x2 -1 -1))))
  (memory.fill (global.get $GROUPS) (i32.const 0) (i32.const 1088))
  (local.set $entry (call $entries_of! (local.get $needles)))
  (loop $next_needle
    (local.set $four_ptr
      (i32.add
        (call $bytes_by_nibbles! (local.get $needles) (local.get $entry))
        (i32.sub
          (i32.load offset=36 (;ANCHOR;) (local.get $needles))
          (local.get $first))))
    (local.set $least (f64.const inf))
    (local.set $bit (i32.const 0))
    (loop $next_bit
      (local.set $cost (f64.const 1))
      (local.set $place (local.get $first))
      (loop $next_place
        (local.set $byte
          (i32.load8_u (i32.add (local.get $four_ptr) (local.get $place))))
        (local.set $set
          (i32.add
            (i32.add
              (global.get $GROUPS)
              (i32.shl (local.get $bit) (i32.const 7)))
            (i32.shl (local.get $place) (i32.const 4))))
        (local.set $cost
          (f64.mul
            (local.get $cost)
            (f64.mul
              (call $weight_of!
                (call $with_nibble!
                  (local.get $set)
                  (i32.and (local.get $byte) (i32.const 15)))
                (call $low_weights!))
              (call $weight_of!
                (call $with_nibble!
                  (i32.add (local.get $set) (i32.const 64))
                  (i32.shr_u (local.get $byte) (i32.const 4)))
                (call $high_weights!)))))
        (local.set $place (i32.add (local.get $place) (i32.const 1)))
        (br_if $next_place (i32.lt_u (local.get $place) (i32.const 4))))
      (local.set $added
        (f64.sub
          (local.get $cost)
          (f64.load
            (i32.add
              (global.get $GROUP_COSTS)
              (i32.shl (local.get $bit) (i32.const 3))))))
      (if (f64.lt (local.get $added) (local.get $least))
        (then
          (local.set $least (local.get $added))
          (local.set $chosen (local.get $bit))
          (local.set $chosen_cost (local.get $cost))))
      (local.set $bit (i32.add (local.get $bit) (i32.const 1)))
      (br_if $next_bit (i32.lt_u (local.get $bit) (i32.const 8))))
    (f64.store
      (i32.add
        (global.get $GROUP_COSTS)
        (i32.shl (local.get $chosen) (i32.const 3)))
      (local.get $chosen_cost))
    (local.set $place (local.get $first))
    (loop $next_place
      (local.set $byte
        (i32.load8_u (i32.add (local.get $four_ptr) (local.get $place))))
      (local.set $set
        (i32.add
          (i32.add
            (global.get $GROUPS)
            (i32.shl (local.get $chosen) (i32.const 7)))
          (i32.shl (local.get $place) (i32.const 4))))
      (v128.store
        (local.get $set)
        (call $with_nibble!
          (local.get $set)
          (i32.and (local.get $byte) (i32.const 15))))
      (v128.store offset=64
        (local.get $set)
        (call $with_nibble!
          (i32.add (local.get $set) (i32.const 64))
          (i32.shr_u (local.get $byte) (i32.const 4))))
      (local.set $slot
        (i32.add
          (i32.add
            (local.get $needles)
            (i32.shl (local.get $place) (i32.const 4)))
          (i32.and (local.get $byte) (i32.const 15))))
      (i32.store8 offset=40 (;LOW;) (local.get $slot)
        (i32.or
          (i32.load8_u offset=40 (;LOW;) (local.get $slot))
          (i32.shl (i32.const 1) (local.get $chosen))))
      (local.set $slot
        (i32.add
          (i32.add
            (local.get $needles)
            (i32.shl (local.get $place) (i32.const 4)))
          (i32.shr_u (local.get $byte) (i32.const 4))))
      (i32.store8 offset=104 (;HIGH;) (local.get $slot)
        (i32.or
          (i32.load8_u offset=104 (;HIGH;) (local.get $slot))
          (i32.shl (i32.const 1) (local.get $chosen))))
      (local.set $place (i32.add (local.get $place) (i32.const 1)))
      (br_if $next_place (i32.lt_u (local.get $place) (i32.const 4))))
    (local.set $entry (i32.add (local.get $entry) (global.get $NEEDLE_SIZE)))
    (br_if $next_needle
      (i32.ne (local.get $entry) (call $filter_of! (local.get $needles))))))

;; Whether the header and the length are such as compiled needles have. What is behind the header is
;; looked at where it is used: a needle that is not within the bytes is passed over.
(func $are_compiled (param $needles i32) (param $len i32) (result i32)
  (local $width i32)
  (local $stride i32)
  (local $filter_bits i32)
  (local $bucket_bits i32)
  (local $shortest i32)
  (local $anchor i32)
  (if (i32.lt_u (local.get $len) (global.get $NEEDLES_SIZE)) (then (return (i32.const 0))))
  (local.set $width (i32.load offset=20 (;GRAM;) (local.get $needles)))
  (local.set $stride (i32.load offset=24 (;STRIDE;) (local.get $needles)))
  (local.set $filter_bits (i32.load offset=28 (;FILTER_BITS;) (local.get $needles)))
  (local.set $bucket_bits (i32.load offset=32 (;BUCKET_BITS;) (local.get $needles)))
  (local.set $shortest (i32.load offset=12 (;SHORTEST;) (local.get $needles)))
  (local.set $anchor (i32.load offset=36 (;ANCHOR;) (local.get $needles)))
  (if
    (i32.or
      (i32.ne
        (i32.load offset=0 (;MAGIC;) (local.get $needles))
        (global.get $NEEDLES_MAGIC))
      (i32.or
        (i32.or
          (i32.gt_u
            (i32.load offset=4 (;COUNT;) (local.get $needles))
            (global.get $MOST_NEEDLES))
          ;; 1 to 4, and 1 to 8
          (i32.or
            (i32.gt_u
              (i32.sub (local.get $width) (i32.const 1))
              (i32.const 3))
            (i32.gt_u
              (i32.sub (local.get $stride) (i32.const 1))
              (i32.const 7))))
        (i32.or
          (i32.gt_u (local.get $filter_bits) (i32.const 16))
          ;; 1 to 20
          (i32.gt_u
            (i32.sub (local.get $bucket_bits) (i32.const 1))
            (i32.const 19)))))
    (then (return (i32.const 0))))
  (if
    (i32.or
      (i32.lt_u
        (local.get $shortest)
        (i32.sub (i32.add (local.get $width) (local.get $stride)) (i32.const 1)))
      (i32.or
        (i32.gt_u (local.get $shortest) (i32.const 0x7fffffff))
        (i32.gt_u
          (local.get $anchor)
          (i32.const 12))))
    (then (return (i32.const 0))))
  (i64.eq
    (call $needles_len!
      (i32.load offset=4 (;COUNT;) (local.get $needles))
      (i64.load32_u offset=8 (;TOTAL;) (local.get $needles))
      (local.get $filter_bits)
      (local.get $bucket_bits))
    (i64.extend_i32_u (local.get $len))))

;; i32 search_many(const u8 *needles_ptr, u32 needles_len,
;;                 const u8 *haystack_ptr, u32 haystack_len, u32 *dst_ptr, u32 dst_cap,
;;                 u8 *work_ptr, u32 work_cap, u8 *fault_ptr)
;;   How many occurrences of needles the haystack holds, taken from left to right without overlap:
;;   of those that begin first, the longest, as grep -F -o has them; of equal needles, the first.
;;   The needles are what search_many_compile has written. For the first dst_cap of the occurrences
;;   a pair of u32 goes to dst_ptr: the offset, and the number of the needle.
;;   Reads the needles and the haystack, writes 8 * min(dst_cap, result) bytes, the work memory and
;;   the static region. An empty haystack holds none.
;;   Returns -3 malformed, with a fault that spans the needles, where these do not begin as compiled
;;   ones do, or have another length. Others that are not compiled lead to any answer, and to no
;;   access outside the spans.
;;   Time is linear in the haystack, the needles and the result where work_cap is that of
;;   search_many_work_size; where it is less, it may be the product of haystack and needles.
(func $search_many (export "search_many")
  (param $needles_ptr i32) (param $needles_len i32)
  (param $haystack_ptr i32) (param $haystack_len i32)
  (param $dst_ptr i32) (param $dst_cap i32)
  (param $work_ptr i32) (param $work_cap i32) (param $fault_ptr i32) (result i32)
  (local $shortest i32)
  (local $bytes_ptr i32)
  (if (i32.eqz (call $are_compiled (local.get $needles_ptr) (local.get $needles_len)))
    (then
      (i32.store (local.get $fault_ptr) (i32.const 0))
      (i32.store offset=4 (local.get $fault_ptr) (local.get $needles_len))
      (i32.store offset=8 (local.get $fault_ptr) (global.get $NEEDLES_FAULT_NOT_COMPILED))
      (i32.store offset=12 (local.get $fault_ptr) (i32.const -1))
      (return (i32.const -3))))
  (local.set $shortest (i32.load offset=12 (;SHORTEST;) (local.get $needles_ptr)))
  (if
    (i32.or
      (i32.eqz (i32.load offset=4 (;COUNT;) (local.get $needles_ptr)))
      (i32.lt_u (local.get $haystack_len) (local.get $shortest)))
    (then (return (i32.const 0))))
  (local.set $bytes_ptr
    (i32.sub
      (i32.add (local.get $needles_ptr) (local.get $needles_len))
      (i32.load offset=8 (;TOTAL;) (local.get $needles_ptr))))
  ;; Too little work memory is none.
  (if
    (i32.gt_u
      (call $search_many_work_size
        (i32.load offset=8 (;TOTAL;) (local.get $needles_ptr)))
      (local.get $work_cap))
    (then (local.set $work_ptr (i32.const 0))))
  (if (i32.load offset=28 (;FILTER_BITS;) (local.get $needles_ptr))
    (then
      (return
        (call $search_by_grams
          (local.get $needles_ptr) (local.get $bytes_ptr)
          (local.get $haystack_ptr)
          (i32.add (local.get $haystack_ptr) (local.get $haystack_len))
          (local.get $dst_ptr) (local.get $dst_cap)
          (local.get $work_ptr)))))
  (if (result i32)
    (i32.le_u
      (i32.load offset=4 (;COUNT;) (local.get $needles_ptr))
      (global.get $MOST_BY_LOW_NIBBLES))
    (then
      (call $search_by_low_nibbles
        (local.get $needles_ptr) (local.get $bytes_ptr)
        (local.get $haystack_ptr)
        (i32.add (local.get $haystack_ptr) (local.get $haystack_len))
        (local.get $dst_ptr) (local.get $dst_cap)
        (local.get $work_ptr)))
    (else
      (call $search_by_both_nibbles
        (local.get $needles_ptr) (local.get $bytes_ptr)
        (local.get $haystack_ptr)
        (i32.add (local.get $haystack_ptr) (local.get $haystack_len))
        (local.get $dst_ptr) (local.get $dst_cap)
        (local.get $work_ptr)))))

;; The longest of the needles of a bucket that stand at $at, where $left bytes are left: its
;; address, or 0; and what that cost. $head is what stands there, and $slot the address of its
;; bucket.
(func $longest_in!
  (param $needles i32) (param $bytes_ptr i32) (param $at i32) (param $left i32)
  (param $head i32) (param $slot i32)
  (result i32 i32)
  (local $entry i32)
  (local $stop i32) ;; one past the last needle of the bucket
  (local $len i32)
  (local $found i32)
  (local $found_len i32)
  (local $cost i32)
  (local $entries i32)
  (local $matched i32)
  (local.set $found (i32.const 0))
  (local.set $cost (i32.const 8))
  (local.set $entry (i32.load (local.get $slot)))
  (local.set $stop
    (call $least!
      (i32.load offset=4 (local.get $slot))
      (i32.load offset=4 (;COUNT;) (local.get $needles))))
  (block $done
    (br_if $done (i32.ge_u (local.get $entry) (local.get $stop)))
    (local.set $found_len
      (i32.sub (i32.load offset=12 (;SHORTEST;) (local.get $needles)) (i32.const 1)))
    (local.set $entries (call $entries_of! (local.get $needles)))
    (local.set $stop
      (i32.add
        (local.get $entries)
        (i32.mul (local.get $stop) (global.get $NEEDLE_SIZE))))
    (local.set $entry
      (i32.add
        (local.get $entries)
        (i32.mul (local.get $entry) (global.get $NEEDLE_SIZE))))
    (loop $next_needle
      (local.set $cost (i32.add (local.get $cost) (i32.const 8)))
      (if
        (i32.eq
          (i32.load offset=12 (;HEAD;) (local.get $entry))
          (local.get $head))
        (then
          (local.set $len (i32.load offset=4 (;LEN;) (local.get $entry)))
          (if
            (i32.and
              (i32.gt_u (local.get $len) (local.get $found_len))
              (i32.le_u (local.get $len) (local.get $left)))
            (then
              (local.set $matched
                (call $matched
                  (local.get $needles)
                  (local.get $bytes_ptr)
                  (local.get $entry)
                  (local.get $at)))
              (local.set $cost (i32.add (local.get $cost) (local.get $matched)))
              (if (i32.eq (local.get $matched) (local.get $len))
                (then
                  (local.set $found (local.get $entry))
                  (local.set $found_len (local.get $len))))))))
      (local.set $entry (i32.add (local.get $entry) (global.get $NEEDLE_SIZE)))
      (br_if $next_needle (i32.ne (local.get $entry) (local.get $stop)))))
  (local.get $found)
  (local.get $cost))

;; Whether the bytes from $at on are those of the needle at $entry: its length; or else fewer, as
;; many as were compared. Its head stands there. A needle that is not within the bytes of all stands
;; nowhere.
(func $matched
  (param $needles i32) (param $bytes_ptr i32) (param $entry i32) (param $at i32) (result i32)
  (local $total i32)
  (local $place i32)
  (local $len i32)
  (local.set $total (i32.load offset=8 (;TOTAL;) (local.get $needles)))
  (local.set $place (i32.load offset=0 (;PLACE;) (local.get $entry)))
  (local.set $len (i32.load offset=4 (;LEN;) (local.get $entry)))
  (if
    (i32.or
      (i32.gt_u (local.get $len) (local.get $total))
      (i32.gt_u
        (local.get $place)
        (i32.sub (local.get $total) (local.get $len))))
    (then (return (i32.const 0))))
  (local.set $place (i32.add (local.get $bytes_ptr) (local.get $place)))
  (if
    (i32.or
      (i32.lt_u (local.get $len) (i32.const 4))
      (i32.gt_u (local.get $len) (i32.const 16)))
    (then
      (return
        (call $mismatch (local.get $at) (local.get $place) (local.get $len)))))
  ;; The last eight bytes, or four, overlap the first.
  (select
    (local.get $len)
    (i32.const 3)
    (if (result i32) (i32.lt_u (local.get $len) (i32.const 8))
      (then
        (i32.and
          (i32.eq (i32.load (local.get $at)) (i32.load (local.get $place)))
          (i32.eq
            (i32.load
              (i32.sub
                (i32.add (local.get $at) (local.get $len))
                (i32.const 4)))
            (i32.load
              (i32.sub
                (i32.add (local.get $place) (local.get $len))
                (i32.const 4))))))
      (else
        (i32.and
          (i64.eq (i64.load (local.get $at)) (i64.load (local.get $place)))
          (i64.eq
            (i64.load
              (i32.sub
                (i32.add (local.get $at) (local.get $len))
                (i32.const 8)))
            (i64.load
              (i32.sub
                (i32.add (local.get $place) (local.get $len))
                (i32.const 8)))))))))

;; The longest needle that stands at $at, before $end: as $longest_in!. Looks at no byte too many.
(func $longest_at
  (param $needles i32) (param $bytes_ptr i32) (param $at i32) (param $end i32)
  (result i32 i32)
  (local $left i32)
  (local $head i32)
  (local.set $left (i32.sub (local.get $end) (local.get $at)))
  (if
    (i32.lt_u
      (local.get $left)
      (i32.load offset=12 (;SHORTEST;) (local.get $needles)))
    (then (return (i32.const 0) (i32.const 0))))
  (local.set $head
    (call $gram! (local.get $at) (call $head_width! (local.get $needles))))
  (call $longest_in!
    (local.get $needles)
    (local.get $bytes_ptr)
    (local.get $at)
    (local.get $left)
    (local.get $head)
    (i32.add
      (call $buckets_of! (local.get $needles))
      (i32.shl
        (call $slot!
          (local.get $head)
          (call $slot_mask!
            (i32.load offset=32 (;BUCKET_BITS;) (local.get $needles))))
        (i32.const 2)))))

;; Writes an occurrence if there is room: what comes after it.
(func $write_occurrence!
  (param $dst_ptr i32) (param $has_room i32) (param $offset i32) (param $entry i32) (result i32)
  (if (local.get $has_room)
    (then
      (i32.store (local.get $dst_ptr) (local.get $offset))
      (i32.store offset=4 (local.get $dst_ptr)
        (i32.load offset=8 (;NUMBER;) (local.get $entry)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 8)))))
  (local.get $dst_ptr))

;; Whether so much work is too much for so many bytes.
(func $is_too_much! (param $cost i32) (param $searched i32) (result i32)
  (i32.gt_u
    (i32.shr_u (local.get $cost) (i32.const 3))
    (i32.add
      (i32.shr_u (global.get $PATIENCE_FOR_MANY) (i32.const 3))
      (local.get $searched))))

;; ---- by grams

;; What the filter has for the gram at $at, behind which there are three more bytes.
(func $filtered! (param $at i32) (param $gram_mask i32) (param $filter i32) (param $mask i32)
  (result i32)
  (i32.load8_u
    (i32.add
      (local.get $filter)
      (call $slot!
        (i32.and (i32.load (local.get $at)) (local.get $gram_mask))
        (local.get $mask)))))

;; The occurrences in [$start, $end), as search_many has them. A needle has a gram at each place
;; from where it begins up to a stride further on, and one of these is looked up. Four at a time.
(func $search_by_grams
  (param $needles i32) (param $bytes_ptr i32) (param $start i32) (param $end i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $work_ptr i32) (result i32)
  (local $stride i32)
  (local $gram_mask i32)   ;; of the bytes of a gram
  (local $head_mask i32)   ;; of the bytes of a head
  (local $filter i32)
  (local $filter_mask i32)
  (local $buckets i32)
  (local $bucket_mask i32)
  (local $last i32)        ;; the last place where four grams are left, and three bytes
  (local $from i32)        ;; where the next occurrence may begin
  (local $at i32)          ;; where the first of four grams is looked up
  (local $second i32)
  (local $third i32)
  (local $fourth i32)
  (local $bits i32)        ;; eight for each of the four: where a needle may begin
  (local $bit i32)
  (local $place i32)       ;; such a place
  (local $head i32)        ;; what stands there
  (local $slot i32)
  (local $entry i32)
  (local $spent i32)
  (local $cost i32)
  (local $count i32)
  (local.set $stride (i32.load offset=24 (;STRIDE;) (local.get $needles)))
  (local.set $gram_mask
    (call $bytes_mask! (i32.load offset=20 (;GRAM;) (local.get $needles))))
  (local.set $head_mask (call $bytes_mask! (call $head_width! (local.get $needles))))
  (local.set $filter (call $filter_of! (local.get $needles)))
  (local.set $filter_mask
    (call $slot_mask! (i32.load offset=28 (;FILTER_BITS;) (local.get $needles))))
  (local.set $buckets (call $buckets_of! (local.get $needles)))
  (local.set $bucket_mask
    (call $slot_mask! (i32.load offset=32 (;BUCKET_BITS;) (local.get $needles))))
  (local.set $from (local.get $start))
  (local.set $at
    (i32.sub (i32.add (local.get $start) (local.get $stride)) (i32.const 1)))
  (local.set $last
    (i32.sub
      (local.get $end)
      (i32.add
        (i32.mul (local.get $stride) (i32.const 3))
        (i32.const 4))))
  (block $near_end
    (br_if $near_end
      (i32.lt_u (i32.sub (local.get $end) (local.get $start)) (i32.const 40)))
    (loop $next_four
      (local.set $second (i32.add (local.get $at) (local.get $stride)))
      (local.set $third (i32.add (local.get $second) (local.get $stride)))
      (local.set $fourth (i32.add (local.get $third) (local.get $stride)))
      (local.set $bits
        (i32.or
          (i32.or
            (call $filtered!
              (local.get $at) (local.get $gram_mask)
              (local.get $filter) (local.get $filter_mask))
            (i32.shl
              (call $filtered!
                (local.get $second) (local.get $gram_mask)
                (local.get $filter) (local.get $filter_mask))
              (i32.const 8)))
          (i32.or
            (i32.shl
              (call $filtered!
                (local.get $third) (local.get $gram_mask)
                (local.get $filter) (local.get $filter_mask))
              (i32.const 16))
            (i32.shl
              (call $filtered!
                (local.get $fourth) (local.get $gram_mask)
                (local.get $filter) (local.get $filter_mask))
              (i32.const 24)))))
      (if (local.get $bits)
        (then
          (loop $next_place
            (local.set $bit (i32.ctz (local.get $bits)))
            (local.set $bits
              (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
            ;; at + stride * (bit / 8) - (stride - 1) + bit mod 8
            (local.set $place
              (i32.add
                (i32.sub
                  (local.get $at)
                  (i32.sub (local.get $stride) (i32.const 1)))
                (i32.add
                  (i32.mul
                    (local.get $stride)
                    (i32.shr_u (local.get $bit) (i32.const 3)))
                  (i32.and (local.get $bit) (i32.const 7)))))
            ;; Bits that no needle has set may be of places that are not in the haystack.
            (if
              (i32.and
                (i32.ge_u (local.get $place) (local.get $from))
                (i32.le_u (local.get $place) (local.get $fourth)))
              (then
                (local.set $head
                  (i32.and (i32.load (local.get $place)) (local.get $head_mask)))
                (local.set $slot
                  (i32.add
                    (local.get $buckets)
                    (i32.shl
                      (call $slot! (local.get $head) (local.get $bucket_mask))
                      (i32.const 2))))
                (call $longest_in!
                  (local.get $needles)
                  (local.get $bytes_ptr)
                  (local.get $place)
                  (i32.sub (local.get $end) (local.get $place))
                  (local.get $head)
                  (local.get $slot))
                (local.set $spent)
                (local.set $entry)
                (local.set $cost (i32.add (local.get $cost) (local.get $spent)))
                (if (local.get $entry)
                  (then
                    (local.set $dst_ptr
                      (call $write_occurrence!
                        (local.get $dst_ptr)
                        (i32.lt_u (local.get $count) (local.get $dst_cap))
                        (i32.sub (local.get $place) (local.get $start))
                        (local.get $entry)))
                    (local.set $count (i32.add (local.get $count) (i32.const 1)))
                    (local.set $from
                      (i32.add
                        (local.get $place)
                        (i32.load offset=4 (;LEN;) (local.get $entry))))))))
            (br_if $next_place (local.get $bits)))
          (if
            (call $is_too_much!
              (local.get $cost)
              (i32.sub (local.get $at) (local.get $start)))
            (then
              (if (local.get $work_ptr)
                (then
                  (return
                    (call $search_many_linear
                      (local.get $needles)
                      (local.get $bytes_ptr)
                      (local.get $start)
                      (call $greatest!
                        (local.get $from)
                        (i32.add (local.get $fourth) (i32.const 1)))
                      (local.get $end)
                      (local.get $dst_ptr)
                      (local.get $dst_cap)
                      (local.get $count)
                      (local.get $work_ptr)))))))))
      (local.set $at (i32.add (local.get $fourth) (local.get $stride)))
      (br_if $next_four (i32.le_u (local.get $at) (local.get $last)))))
  ;; Before the next gram all places are searched but those within a stride, and few are left.
  (call $search_places
    (local.get $needles)
    (local.get $bytes_ptr)
    (local.get $start)
    (call $greatest!
      (local.get $from)
      (i32.sub
        (i32.add (local.get $at) (i32.const 1))
        (local.get $stride)))
    (local.get $end)
    (local.get $dst_ptr)
    (local.get $dst_cap)
    (local.get $count)))

;; Goes on from $from, with $count occurrences before it, at each place where a needle may begin.
(func $search_places
  (param $needles i32) (param $bytes_ptr i32) (param $start i32) (param $from i32)
  (param $end i32) (param $dst_ptr i32) (param $dst_cap i32) (param $count i32) (result i32)
  (local $entry i32)
  (block $done
    (loop $next_place
      (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
      (call $longest_at
        (local.get $needles)
        (local.get $bytes_ptr)
        (local.get $from)
        (local.get $end))
      (drop)
      (local.set $entry)
      (if (local.get $entry)
        (then
          (local.set $dst_ptr
            (call $write_occurrence!
              (local.get $dst_ptr)
              (i32.lt_u (local.get $count) (local.get $dst_cap))
              (i32.sub (local.get $from) (local.get $start))
              (local.get $entry)))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (local.set $from
            (i32.add
              (local.get $from)
              (i32.load offset=4 (;LEN;) (local.get $entry)))))
        (else (local.set $from (i32.add (local.get $from) (i32.const 1)))))
      (br $next_place)))
  (local.get $count))

;; ---- by nibbles

;; The occurrences in [$start, $end), as search_many has them. A function for each kind of tables:
;; with both in one, V8 spills those that only one of them needs (0.75, 2026-11-30).
(func $search_by_low_nibbles
  (param $needles i32) (param $bytes_ptr i32) (param $start i32) (param $end i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $work_ptr i32) (result i32)
  (call $search_by_nibbles!
    (i32.const 0)
    (local.get $needles) (local.get $bytes_ptr) (local.get $start) (local.get $end)
    (local.get $dst_ptr) (local.get $dst_cap) (local.get $work_ptr)))

(func $search_by_both_nibbles
  (param $needles i32) (param $bytes_ptr i32) (param $start i32) (param $end i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $work_ptr i32) (result i32)
  (call $search_by_nibbles!
    (i32.const 1)
    (local.get $needles) (local.get $bytes_ptr) (local.get $start) (local.get $end)
    (local.get $dst_ptr) (local.get $dst_cap) (local.get $work_ptr)))

;; The same; $both says whether upper nibbles count, too.
(func $search_by_nibbles!
  (param $both i32)
  (param $needles i32) (param $bytes_ptr i32) (param $start i32) (param $end i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $work_ptr i32) (result i32)
  (local $before i32)        ;; how far before the last of its four bytes a needle begins
  (local $block i32)         ;; where sixteen bytes are looked up
  (local $last i32)          ;; where the last block begins
  (local $bytes v128)
  (local $nibbles v128)
  (local $first v128)        ;; what the first of four bytes can belong to, and so on
  (local $second v128)
  (local $third v128)
  (local $fourth v128)
  (local $candidates v128)
  (local $first_before v128) ;; the same of the block before
  (local $second_before v128)
  (local $third_before v128)
  (local $table_1 v128)
  (local $table_2 v128)
  (local $table_3 v128)
  (local $table_4 v128)
  (local $bits i32)          ;; a bit for each candidate
  (local $place i32)
  (local $from i32)          ;; where the next occurrence may begin
  (local $entry i32)
  (local $spent i32)
  (local $cost i32)
  (local $count i32)
  (if (i32.lt_u (i32.sub (local.get $end) (local.get $start)) (i32.const 16))
    (then
      (return
        (call $search_places
          (local.get $needles) (local.get $bytes_ptr)
          (local.get $start) (local.get $start) (local.get $end)
          (local.get $dst_ptr) (local.get $dst_cap)
          (i32.const 0)))))
  (local.set $before
    (select
      (i32.const 2)
      (i32.add (i32.load offset=36 (;ANCHOR;) (local.get $needles)) (i32.const 3))
      (i32.lt_u (i32.load offset=12 (;SHORTEST;) (local.get $needles)) (i32.const 4))))
  ;; Of what is before the first block nothing is known.
  (local.set $first_before (v128.const i64x2 -1 -1))
  (local.set $second_before (v128.const i64x2 -1 -1))
  (local.set $third_before (v128.const i64x2 -1 -1))
  (local.set $table_1 (v128.load offset=40 (;LOW;) (local.get $needles)))
  (local.set $table_2 (v128.load offset=56 (;LOW+16;) (local.get $needles)))
  (local.set $table_3 (v128.load offset=72 (;LOW+32;) (local.get $needles)))
  (local.set $table_4 (v128.load offset=88 (;LOW+48;) (local.get $needles)))
  (local.set $last (i32.sub (local.get $end) (i32.const 16)))
  (local.set $from (local.get $start))
  (local.set $block (local.get $start))
  (block $searched
    (loop $next_block
      (local.set $bytes (v128.load (local.get $block)))
      (local.set $nibbles
        (v128.and
          (local.get $bytes)
          (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
      (local.set $first (i8x16.swizzle (local.get $table_1) (local.get $nibbles)))
      (local.set $second (i8x16.swizzle (local.get $table_2) (local.get $nibbles)))
      (local.set $third (i8x16.swizzle (local.get $table_3) (local.get $nibbles)))
      (local.set $fourth (i8x16.swizzle (local.get $table_4) (local.get $nibbles)))
      (if (local.get $both)
        (then
          (local.set $nibbles (i8x16.shr_u (local.get $bytes) (i32.const 4)))
          (local.set $first
            (v128.and
              (local.get $first)
              (i8x16.swizzle
                (v128.load offset=104 (;HIGH;) (local.get $needles))
                (local.get $nibbles))))
          (local.set $second
            (v128.and
              (local.get $second)
              (i8x16.swizzle
                (v128.load offset=120 (;HIGH+16;) (local.get $needles))
                (local.get $nibbles))))
          (local.set $third
            (v128.and
              (local.get $third)
              (i8x16.swizzle
                (v128.load offset=136 (;HIGH+32;) (local.get $needles))
                (local.get $nibbles))))
          (local.set $fourth
            (v128.and
              (local.get $fourth)
              (i8x16.swizzle
                (v128.load offset=152 (;HIGH+48;) (local.get $needles))
                (local.get $nibbles))))))
      ;; In the lane of the last of four bytes.
      (local.set $candidates
        (v128.and
          (v128.and
            (local.get $fourth)
            (i8x16.shuffle 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
              (local.get $third_before)
              (local.get $third)))
          (v128.and
            (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29
              (local.get $second_before)
              (local.get $second))
            (i8x16.shuffle 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28
              (local.get $first_before)
              (local.get $first)))))
      (if (v128.any_true (local.get $candidates))
        (then
          (local.set $bits
            (i8x16.bitmask
              (i8x16.ne (local.get $candidates) (v128.const i64x2 0 0))))
          (loop $next_candidate
            (local.set $place
              (i32.sub
                (i32.add (local.get $block) (i32.ctz (local.get $bits)))
                (local.get $before)))
            (local.set $bits
              (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
            (if (i32.ge_u (local.get $place) (local.get $from))
              (then
                (call $longest_at
                  (local.get $needles)
                  (local.get $bytes_ptr)
                  (local.get $place)
                  (local.get $end))
                (local.set $spent)
                (local.set $entry)
                (local.set $cost (i32.add (local.get $cost) (local.get $spent)))
                (if (local.get $entry)
                  (then
                    (local.set $dst_ptr
                      (call $write_occurrence!
                        (local.get $dst_ptr)
                        (i32.lt_u (local.get $count) (local.get $dst_cap))
                        (i32.sub (local.get $place) (local.get $start))
                        (local.get $entry)))
                    (local.set $count (i32.add (local.get $count) (i32.const 1)))
                    (local.set $from
                      (i32.add
                        (local.get $place)
                        (i32.load offset=4 (;LEN;) (local.get $entry))))))))
            (br_if $next_candidate (local.get $bits)))
          (if
            (call $is_too_much!
              (local.get $cost)
              (i32.sub (local.get $block) (local.get $start)))
            (then
              (if (local.get $work_ptr)
                (then
                  (return
                    (call $search_many_linear
                      (local.get $needles)
                      (local.get $bytes_ptr)
                      (local.get $start)
                      ;; Up to the last lane all that begins is found.
                      (call $greatest!
                        (local.get $from)
                        (i32.sub
                          (i32.add (local.get $block) (i32.const 16))
                          (local.get $before)))
                      (local.get $end)
                      (local.get $dst_ptr)
                      (local.get $dst_cap)
                      (local.get $count)
                      (local.get $work_ptr)))))))))
      (local.set $first_before (local.get $first))
      (local.set $second_before (local.get $second))
      (local.set $third_before (local.get $third))
      (local.set $block (i32.add (local.get $block) (i32.const 16)))
      (br_if $next_block (i32.le_u (local.get $block) (local.get $last)))
      (br_if $searched (i32.eq (local.get $block) (local.get $end)))
      ;; The last block overlaps the one before, and may go on with anything.
      (local.set $block (local.get $last))
      (local.set $first_before (v128.const i64x2 -1 -1))
      (local.set $second_before (v128.const i64x2 -1 -1))
      (local.set $third_before (v128.const i64x2 -1 -1))
      (br $next_block)))
  (local.get $count))

;; ---- linear

;; The node that a byte leads to, or 0.
(func $child_of! (param $root i32) (param $node i32) (param $byte i32) (result i32)
  (local $child i32)
  (if (i32.eq (local.get $node) (local.get $root))
    (then
      (local.set $child
        (i32.load
          (i32.add
            (i32.sub (local.get $root) (i32.const 1024))
            (i32.shl (local.get $byte) (i32.const 2))))))
    (else
      (local.set $child (i32.load offset=0 (;CHILD;) (local.get $node)))
      (block $done
        (loop $next_child
          (br_if $done (i32.eqz (local.get $child)))
          (br_if $done
            (i32.eq
              (i32.load offset=16 (;LABEL;) (local.get $child))
              (local.get $byte)))
          (local.set $child (i32.load offset=4 (;SIBLING;) (local.get $child)))
          (br $next_child)))))
  (local.get $child))

;; The node after a byte: the child, or that of the longest suffix that has one, or the root.
(func $step! (param $root i32) (param $node i32) (param $byte i32) (result i32)
  (local $child i32)
  (block $done
    (loop $next_suffix
      (local.set $child
        (call $child_of! (local.get $root) (local.get $node) (local.get $byte)))
      (br_if $done (local.get $child))
      (local.set $child (local.get $root))
      (br_if $done (i32.eq (local.get $node) (local.get $root)))
      (local.set $node (i32.load offset=8 (;SUFFIX;) (local.get $node)))
      (br $next_suffix)))
  (local.get $child))

;; Writes the automaton of all needles read backwards (Aho and Corasick 1975): the children of its
;; root by their bytes, the root, and all other nodes, of which there are no more than bytes.
;; Returns the root's address.
(func $build_automaton (param $needles i32) (param $bytes_ptr i32) (param $work_ptr i32)
  (result i32)
  (local $root i32)
  (local $next i32)  ;; where the next node goes
  (local $limit i32) ;; one past the last that there is room for
  (local $bytes i32)
  (local $entry i32)
  (local $stop i32)
  (local $len i32)
  (local $place i32)
  (local $at i32)
  (local $node i32)
  (local $child i32)
  (local $byte i32)
  (local $latest i32) ;; the last node to be dealt with
  (local.set $root (i32.add (local.get $work_ptr) (i32.const 1024)))
  (local.set $bytes (i32.load offset=8 (;TOTAL;) (local.get $needles)))
  (local.set $next (i32.add (local.get $root) (global.get $NODE_SIZE)))
  (local.set $limit
    (i32.add
      (local.get $next)
      (i32.mul (local.get $bytes) (global.get $NODE_SIZE))))
  (memory.fill
    (local.get $work_ptr)
    (i32.const 0)
    (i32.add (i32.const 1024) (global.get $NODE_SIZE)))
  (local.set $entry (call $entries_of! (local.get $needles)))
  (local.set $stop (call $filter_of! (local.get $needles)))
  (loop $next_needle
    (block $stored
      (local.set $len (i32.load offset=4 (;LEN;) (local.get $entry)))
      (local.set $place (i32.load offset=0 (;PLACE;) (local.get $entry)))
      (br_if $stored
        (i32.or
          (i32.or
            (i32.lt_u
              (local.get $len)
              (i32.load offset=12 (;SHORTEST;) (local.get $needles)))
            (i32.gt_u (local.get $len) (local.get $bytes)))
          (i32.gt_u
            (local.get $place)
            (i32.sub (local.get $bytes) (local.get $len)))))
      (local.set $node (local.get $root))
      (local.set $place (i32.add (local.get $bytes_ptr) (local.get $place)))
      (local.set $at (i32.add (local.get $place) (local.get $len)))
      (loop $next_byte
        (local.set $at (i32.sub (local.get $at) (i32.const 1)))
        (local.set $byte (i32.load8_u (local.get $at)))
        (local.set $child
          (call $child_of! (local.get $root) (local.get $node) (local.get $byte)))
        (if (i32.eqz (local.get $child))
          (then
            ;; Compiled needles have no more bytes than their header says.
            (br_if $stored (i32.eq (local.get $next) (local.get $limit)))
            (local.set $child (local.get $next))
            (local.set $next (i32.add (local.get $next) (global.get $NODE_SIZE)))
            (i32.store offset=0 (;CHILD;) (local.get $child) (i32.const 0))
            (i32.store offset=4 (;SIBLING;) (local.get $child)
              (i32.load offset=0 (;CHILD;) (local.get $node)))
            (i32.store offset=12 (;NODE.NEEDLE;) (local.get $child) (i32.const 0))
            (i32.store offset=16 (;LABEL;) (local.get $child) (local.get $byte))
            (i32.store offset=20 (;LATER;) (local.get $child) (i32.const 0))
            (i32.store offset=0 (;CHILD;) (local.get $node) (local.get $child))
            (if (i32.eq (local.get $node) (local.get $root))
              (then
                (i32.store
                  (i32.add
                    (local.get $work_ptr)
                    (i32.shl (local.get $byte) (i32.const 2)))
                  (local.get $child))))))
        (local.set $node (local.get $child))
        (br_if $next_byte (i32.ne (local.get $at) (local.get $place))))
      ;; Of equal needles the first stands first.
      (if (i32.eqz (i32.load offset=12 (;NODE.NEEDLE;) (local.get $node)))
        (then (i32.store offset=12 (;NODE.NEEDLE;) (local.get $node) (local.get $entry)))))
    (local.set $entry (i32.add (local.get $entry) (global.get $NEEDLE_SIZE)))
    (br_if $next_needle (i32.ne (local.get $entry) (local.get $stop))))
  ;; From the root outwards, as what is nearer is needed for what is further away.
  (i32.store offset=8 (;SUFFIX;) (local.get $root) (local.get $root))
  (local.set $node (local.get $root))
  (local.set $latest (local.get $root))
  (loop $next_node
    (local.set $child (i32.load offset=0 (;CHILD;) (local.get $node)))
    (block $done
      (loop $next_child
        (br_if $done (i32.eqz (local.get $child)))
        (i32.store offset=8 (;SUFFIX;) (local.get $child)
          (if (result i32) (i32.eq (local.get $node) (local.get $root))
            (then (local.get $root))
            (else
              (call $step!
                (local.get $root)
                (i32.load offset=8 (;SUFFIX;) (local.get $node))
                (i32.load offset=16 (;LABEL;) (local.get $child))))))
        (if (i32.eqz (i32.load offset=12 (;NODE.NEEDLE;) (local.get $child)))
          (then
            (i32.store offset=12 (;NODE.NEEDLE;) (local.get $child)
              (i32.load offset=12 (;NODE.NEEDLE;)
                (i32.load offset=8 (;SUFFIX;) (local.get $child))))))
        (i32.store offset=20 (;LATER;) (local.get $latest) (local.get $child))
        (local.set $latest (local.get $child))
        (local.set $child (i32.load offset=4 (;SIBLING;) (local.get $child)))
        (br $next_child)))
    (local.set $node (i32.load offset=20 (;LATER;) (local.get $node)))
    (br_if $next_node (local.get $node)))
  (local.get $root))

;; Goes on from $from, with $count occurrences before it. The automaton reads a chunk backwards,
;; from where a needle may end that begins in it, and notes for each place the longest needle that
;; begins there; then these are taken from left to right.
(func $search_many_linear
  (param $needles i32) (param $bytes_ptr i32) (param $start i32) (param $from i32)
  (param $end i32) (param $dst_ptr i32) (param $dst_cap i32) (param $count i32)
  (param $work_ptr i32) (result i32)
  (local $root i32)
  (local $node i32)
  (local $notes i32)     ;; the address of a needle for each place of a chunk, or 0
  (local $longest i32)
  (local $chunk_end i32)
  (local $at i32)
  (local $entry i32)
  (local.set $root
    (call $build_automaton
      (local.get $needles)
      (local.get $bytes_ptr)
      (local.get $work_ptr)))
  (local.set $notes
    (i32.add
      (i32.add (local.get $root) (global.get $NODE_SIZE))
      (i32.mul
        (i32.load offset=8 (;TOTAL;) (local.get $needles))
        (global.get $NODE_SIZE))))
  (local.set $longest
    (call $least!
      (i32.load offset=16 (;LONGEST;) (local.get $needles))
      (i32.load offset=8 (;TOTAL;) (local.get $needles))))
  (block $searched
    (loop $next_chunk
      (br_if $searched (i32.ge_u (local.get $from) (local.get $end)))
      (local.set $chunk_end
        (i32.add
          (local.get $from)
          (call $least!
            (call $greatest! (local.get $longest) (global.get $LINEAR_CHUNK))
            (i32.sub (local.get $end) (local.get $from)))))
      (local.set $at
        (i32.add
          (local.get $chunk_end)
          (call $least!
            (local.get $longest)
            (i32.sub (local.get $end) (local.get $chunk_end)))))
      (local.set $node (local.get $root))
      (loop $next_byte
        (local.set $at (i32.sub (local.get $at) (i32.const 1)))
        (local.set $node
          (call $step!
            (local.get $root)
            (local.get $node)
            (i32.load8_u (local.get $at))))
        (if (i32.lt_u (local.get $at) (local.get $chunk_end))
          (then
            (i32.store
              (i32.add
                (local.get $notes)
                (i32.shl
                  (i32.sub (local.get $at) (local.get $from))
                  (i32.const 2)))
              (i32.load offset=12 (;NODE.NEEDLE;) (local.get $node)))))
        (br_if $next_byte (i32.ne (local.get $at) (local.get $from))))
      (loop $next_place
        (local.set $entry
          (i32.load
            (i32.add
              (local.get $notes)
              (i32.shl
                (i32.sub (local.get $at) (local.get $from))
                (i32.const 2)))))
        (if (local.get $entry)
          (then
            (local.set $dst_ptr
              (call $write_occurrence!
                (local.get $dst_ptr)
                (i32.lt_u (local.get $count) (local.get $dst_cap))
                (i32.sub (local.get $at) (local.get $start))
                (local.get $entry)))
            (local.set $count (i32.add (local.get $count) (i32.const 1)))
            (local.set $at
              (i32.add
                (local.get $at)
                (i32.load offset=4 (;LEN;) (local.get $entry)))))
          (else (local.set $at (i32.add (local.get $at) (i32.const 1)))))
        (br_if $next_place (i32.lt_u (local.get $at) (local.get $chunk_end))))
      (local.set $from (local.get $at))
      (br $next_chunk)))
  (local.get $count))
