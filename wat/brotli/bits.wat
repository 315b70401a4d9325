;; ---- the source, bit by bit

;; Bits are taken from a word of 64. Its lowest bit is none: so a few bits of it, masked, are the
;; offset of a table's entry of two bytes. `count` is how many it holds, and one. Above them may
;; stand bits of the source, as they will come.
;;
;; Where eight bytes can no longer be loaded, the rest is copied to the region `tail`, with zeros
;; behind it. Whoever takes these has gone over the end, which is asked for after each element.

;; Layout reader
;;   offset  size  field         meaning
;;        0     8  bits          u64: the bits
;;        8     4  count         u32: how many there are, and 1
;;       12     4  src           address of what is loaded next
;;       16     4  limit         the last one from which that may be
;;       20     4  src_end       where the source ends, or its copy in `tail`
;;       24     4  moved         u32: how far before the source `tail` is, where it is used
;;       28     4  src_start     where the source begins
;;       32     4  out           address of the next byte of content
;;       36     4  out_end       the end of the room
;;       40     4  reached       where the content begins that is reached back to
;;       44     4  plain         table of the literals at hand, or 0 where that depends on contexts
;;       48     4  command_code  table of the commands at hand
;;       52     4  mode          address among `contexts`
;;       56     4  postfix       u32: how many bits of a distance its symbol ends with
;;       60     4  direct        u32: how many distances have their own symbols, and 16
;;       64     4  free          address in the work memory of the next table
;;       68    12  kinds         three u32: how many types of blocks there are
;;       80     4  work          address of the work memory
;;       84     4  whole         u32: whether `out_end` is the end of all room that there will be
;;       88     4  in_tail       u32: whether it is
(global $TAIL_ROOM i32 (i32.const 32))

;; Begins to read [$src, $src_end) behind its first $bit bits, up to 7, of which there is a byte.
(func $begin_bits (param $src i32) (param $src_end i32) (param $bit i32)
  (i64.store offset=0 (;BITS;) (global.get $READER) (i64.const 0))
  (i32.store offset=8 (;COUNT;) (global.get $READER) (i32.const 1))
  (i32.store offset=12 (;SRC;) (global.get $READER) (local.get $src))
  (i32.store offset=20 (;SRC_END;) (global.get $READER) (local.get $src_end))
  (i32.store offset=24 (;MOVED;) (global.get $READER) (i32.const 0))
  (i32.store offset=88 (;IN_TAIL;) (global.get $READER) (i32.const 0))
  (if (i32.lt_u (i32.sub (local.get $src_end) (local.get $src)) (global.get $TAIL_ROOM))
    (then (call $near_end))
    (else
      (i32.store offset=16 (;LIMIT;) (global.get $READER)
        (i32.sub (local.get $src_end) (i32.const 8)))))
  (if (local.get $bit) (then (drop (call $bits (local.get $bit))))))

;; Goes on in `tail`, with the last bytes of the source, at most 32; or stays at its end.
(func $near_end
  (local $from i32)
  (local $to i32)
  (local $end i32)
  (local.set $from (i32.load offset=12 (;SRC;) (global.get $READER)))
  (if (i32.load offset=88 (;IN_TAIL;) (global.get $READER))
    (then
      (i32.store offset=12 (;SRC;) (global.get $READER)
        (i32.load offset=16 (;LIMIT;) (global.get $READER)))
      (return)))
  (local.set $end (i32.load offset=20 (;SRC_END;) (global.get $READER)))
  (local.set $to (global.get $TAIL))
  (i32.store offset=88 (;IN_TAIL;) (global.get $READER) (i32.const 1))
  (i32.store offset=24 (;MOVED;) (global.get $READER)
    (i32.sub (local.get $from) (local.get $to)))
  (v128.store offset=0 (local.get $to) (v128.const i64x2 0 0))
  (v128.store offset=16 (local.get $to) (v128.const i64x2 0 0))
  (v128.store offset=32 (local.get $to) (v128.const i64x2 0 0))
  (v128.store offset=48 (local.get $to) (v128.const i64x2 0 0))
  (i32.store offset=12 (;SRC;) (global.get $READER) (local.get $to))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $from) (local.get $end)))
      (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (br $next_byte)))
  (i32.store offset=20 (;SRC_END;) (global.get $READER) (local.get $to))
  ;; With up to 63 bits taken from before it, all beyond this one are behind the end.
  (i32.store offset=16 (;LIMIT;) (global.get $READER) (i32.add (local.get $to) (i32.const 8))))

;; So many bits, as they are after a load from $src: 55 at least.
(func $refilled! (param $bits i64) (param $count i32) (param $src i32)
  (result i64 i32 i32)
  (i64.or
    (local.get $bits)
    (i64.shl (i64.load (local.get $src)) (i64.extend_i32_u (local.get $count))))
  (i32.or (local.get $count) (i32.const 56))
  (i32.add
    (local.get $src)
    (i32.shr_u (i32.sub (i32.const 63) (local.get $count)) (i32.const 3))))

;; Has 55 bits ready, of the source or behind it.
(func $fill!
  (if
    (i32.gt_u
      (i32.load offset=12 (;SRC;) (global.get $READER))
      (i32.load offset=16 (;LIMIT;) (global.get $READER)))
    (then (call $near_end)))
  (call $refilled!
    (i64.load offset=0 (;BITS;) (global.get $READER))
    (i32.load offset=8 (;COUNT;) (global.get $READER))
    (i32.load offset=12 (;SRC;) (global.get $READER)))
  (call $store_reader!))

;; Keeps what $refilled! has made.
(func $store_reader! (param $bits i64) (param $count i32) (param $src i32)
  (i64.store offset=0 (;BITS;) (global.get $READER) (local.get $bits))
  (i32.store offset=8 (;COUNT;) (global.get $READER) (local.get $count))
  (i32.store offset=12 (;SRC;) (global.get $READER) (local.get $src)))

;; Drops so many of the bits that are ready.
(func $drop! (param $len i32)
  (i64.store offset=0 (;BITS;) (global.get $READER)
    (i64.shr_u
      (i64.load offset=0 (;BITS;) (global.get $READER))
      (i64.extend_i32_u (local.get $len))))
  (i32.store offset=8 (;COUNT;) (global.get $READER)
    (i32.sub
      (i32.load offset=8 (;COUNT;) (global.get $READER))
      (local.get $len))))

;; The lowest $len of some bits.
(func $low! (param $bits i64) (param $len i32) (result i32)
  (i32.and
    (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 1)))
    (i32.sub (i32.shl (i32.const 1) (local.get $len)) (i32.const 1))))

;; Takes up to 24 bits.
(func $bits (param $len i32) (result i32)
  (call $fill!)
  (call $low! (i64.load offset=0 (;BITS;) (global.get $READER)) (local.get $len))
  (call $drop! (local.get $len)))

;; How many bits of the source were taken.
(func $position (result i64)
  (i64.sub
    (i64.shl
      (i64.extend_i32_u
        (i32.sub
          (i32.add
            (i32.load offset=12 (;SRC;) (global.get $READER))
            (i32.load offset=24 (;MOVED;) (global.get $READER)))
          (i32.load offset=28 (;SRC_START;) (global.get $READER))))
      (i64.const 3))
    (i64.extend_i32_u
      (i32.sub
        (i32.load offset=8 (;COUNT;) (global.get $READER))
        (i32.const 1)))))

;; Whether more bits were taken than there are. Only in `tail` can that be.
(func $is_over (result i32)
  (i32.and
    (i32.load offset=88 (;IN_TAIL;) (global.get $READER))
    (i64.gt_s
      (call $position)
      (i64.shl
        (i64.extend_i32_u
          (i32.sub
            (i32.add
              (i32.load offset=20 (;SRC_END;) (global.get $READER))
              (i32.load offset=24 (;MOVED;) (global.get $READER)))
            (i32.load offset=28 (;SRC_START;) (global.get $READER))))
        (i64.const 3)))))

;; Notes in the state how far the source was taken.
(func $commit
  (local $position i64)
  (local.set $position (call $position))
  (i32.store offset=96 (;CONSUMED;) (global.get $STATE)
    (i32.wrap_i64 (i64.shr_u (local.get $position) (i64.const 3))))
  (i32.store offset=92 (;BIT;) (global.get $STATE)
    (i32.and (i32.wrap_i64 (local.get $position)) (i32.const 7))))

;; Says what is wrong, unless it is so only because the source has ended before. A verdict.
(func $fail (param $wrong i32) (result i32)
  (if (call $is_over)
    (then
      (i32.store offset=104 (;WRONG;) (global.get $STATE) (i32.const 0))
      (return (global.get $SOURCE_ENDS))))
  (i32.store offset=104 (;WRONG;) (global.get $STATE) (local.get $wrong))
  (global.get $FAULT))

;; Takes what is left of a byte. Whether those bits are 0.
(func $align (result i32)
  (i32.eqz
    (call $bits
      (i32.and
        (i32.sub (i32.const 0) (i32.wrap_i64 (call $position)))
        (i32.const 7)))))
