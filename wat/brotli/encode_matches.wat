;; ---- what stands further back

;; A copy is weighed by the bits that it saves, in units of some 1/22 of a bit: so much for each
;; byte of it, so much less each time that its distance doubles, and so much to begin with. These
;; are those of Google's encoder, as is the loss of copies that are not of the last distance but of
;; the one before it, or of the others.
(global $BYTE_SCORE     i32 (i32.const 135))
(global $DISTANCE_SCORE i32 (i32.const 30))
(global $START_SCORE    i32 (i32.const 1920))
(global $LEAST_SCORE    i32 (i32.const 2020))
(global $LAST_SCORE     i32 (i32.const 1935))
(global $SECOND_SCORE   i32 (i32.const 1896))
(global $OTHER_SCORE    i32 (i32.const 1892))

;; No copy is longer.
(global $LONGEST_COPY i32 (i32.const 0x800000))

(global $SPREAD i64 (i64.const 0x1fe35a7bd3579bd3))

;; How hard copies are looked for: how many places a search looks at, of which table; and for how
;; many bytes a better copy is waited for.
(global $tries  (mut i32) (i32.const 0))
(global $table  (mut i32) (i32.const 0))
(global $waits  (mut i32) (i32.const 0))
(global $nice   (mut i32) (i32.const 0)) ;; how long a copy is taken as it is

;; Of a call: the window, the first byte that is in reach, and the end of the text.
(global $window_len (mut i32) (i32.const 0))
(global $text_start (mut i32) (i32.const 0))
(global $text_end   (mut i32) (i32.const 0))

;; The last distances, or what is none.
(global $last_1 (mut i32) (i32.const 0))
(global $last_2 (mut i32) (i32.const 0))
(global $last_3 (mut i32) (i32.const 0))
(global $last_4 (mut i32) (i32.const 0))
(global $NO_DISTANCE i32 (i32.const 0x7ffffff0))

;; How often a word was looked for, and found; and of the last one, by how much the copy is shorter
;; than the word.
(global $words_sought (mut i32) (i32.const 0))
(global $words_found  (mut i32) (i32.const 0))
(global $word_cut     (mut i32) (i32.const 0))

;; A hash has a row: places at which the same hash was found, the newest first from the head on and
;; then around; and for each a tag, which is seven more bits of the hash.
;;
;; Layout row_tags
;;   offset  size  field  meaning
;;        0     1  head   u8: the number of the newest place, from 1 on; 0 where there is none
;;        1    15  tags   u8 each: 0x80 | seven bits; 0 where there is no place. A wide row has 63

;; Rows, or heads of chains: where their tags are, or they; where places are, or links; and which
;; bits of a hash say which.
(global $tags   (mut i32) (i32.const 0))
(global $places (mut i32) (i32.const 0))
(global $mask   (mut i32) (i32.const 0))
;; And how links are numbered.
(global $link_mask (mut i32) (i32.const 0))

;; How many rows there are for so many bytes, log2. With twice as many for 1 MiB, text comes out
;; 0.2 to 1.1 % shorter, and takes 20 to 30 % longer (Xeon, V8, 2026-11-30).
(global $MOST_ROW_BITS i32 (i32.const 14))
(global $MANY_BYTES    i32 (i32.const 0x200000))
(func $row_bits! (param $len i32) (result i32)
  (i32.add
    (call $least!
      (i32.sub
        (i32.const 32)
        (i32.clz (i32.or (i32.shr_u (local.get $len) (i32.const 5)) (i32.const 8))))
      (global.get $MOST_ROW_BITS))
    (i32.ge_u (local.get $len) (global.get $MANY_BYTES))))

;; How many heads of chains, log2; and how many links.
(global $MOST_HEAD_BITS i32 (i32.const 16))
(func $head_bits! (param $len i32) (result i32)
  (call $least!
    (i32.sub
      (i32.const 32)
      (i32.clz (i32.or (i32.shr_u (local.get $len) (i32.const 1)) (i32.const 64))))
    (global.get $MOST_HEAD_BITS)))
(global $MOST_LINK_BITS i32 (i32.const 24))
(func $link_bits! (param $len i32) (result i32)
  (call $least!
    (i32.sub
      (i32.const 32)
      (i32.clz (i32.or (local.get $len) (i32.const 64))))
    (global.get $MOST_LINK_BITS)))

;; Where places are found again.
;;
;; Enumeration table
;;   value  name       meaning
;;       0  rows       rows of 15 places
;;       1  wide_rows  rows of 63 places
;;       2  chains     chains of all places
;;       3  heads      the last place of each hash
(global $ROWS      i32 (i32.const 0 (;TABLE.ROWS;)))
(global $WIDE_ROWS i32 (i32.const 1 (;TABLE.WIDE_ROWS;)))
(global $CHAINS    i32 (i32.const 2 (;TABLE.CHAINS;)))
(global $HEADS     i32 (i32.const 3 (;TABLE.HEADS;)))

;; In which table a quality looks.
(func $table_of (param $quality i32) (result i32)
  (if (i32.le_u (local.get $quality) (i32.const 1)) (then (return (global.get $HEADS))))
  (if (i32.le_u (local.get $quality) (i32.const 5)) (then (return (global.get $ROWS))))
  (select
    (global.get $WIDE_ROWS)
    (global.get $CHAINS)
    (i32.le_u (local.get $quality) (i32.const 8))))

;; How many bytes the tables of a search take.
(func $tables_size (param $len i32) (param $quality i32) (result i32)
  (local $table i32)
  (local $heads i32)
  (local.set $table (call $table_of (local.get $quality)))
  (if (i32.eq (local.get $table) (global.get $ROWS))
    (then (return (i32.shl (i32.const 80) (call $row_bits! (local.get $len))))))
  (if (i32.eq (local.get $table) (global.get $WIDE_ROWS))
    (then (return (i32.shl (i32.const 320) (call $row_bits! (local.get $len))))))
  (local.set $heads (i32.shl (i32.const 4) (call $head_bits! (local.get $len))))
  (if (i32.eq (local.get $table) (global.get $HEADS)) (then (return (local.get $heads))))
  (i32.add
    (local.get $heads)
    (i32.shl (i32.const 4) (call $link_bits! (local.get $len)))))

;; Makes the tables of a search for $len bytes, without any place.
(func $begin_tables (param $work_ptr i32) (param $len i32) (param $quality i32)
  (local $count i32)
  (local $size i32)
  (global.set $table (call $table_of (local.get $quality)))
  (if (i32.le_u (global.get $table) (global.get $WIDE_ROWS))
    (then
      (local.set $count (i32.shl (i32.const 1) (call $row_bits! (local.get $len))))
      (local.set $size
        (i32.shl
          (local.get $count)
          (select
            (i32.const 6)
            (i32.const 4)
            (i32.eq (global.get $table) (global.get $WIDE_ROWS))))))
    (else
      (local.set $count (i32.shl (i32.const 1) (call $head_bits! (local.get $len))))
      (local.set $size (i32.shl (local.get $count) (i32.const 2)))))
  (global.set $mask (i32.sub (local.get $count) (i32.const 1)))
  (global.set $tags (local.get $work_ptr))
  (global.set $places (i32.add (local.get $work_ptr) (local.get $size)))
  (global.set $link_mask
    (i32.sub
      (i32.shl (i32.const 1) (call $link_bits! (local.get $len)))
      (i32.const 1)))
  (call $clear (local.get $work_ptr) (local.get $size)))

;; Where the head of the chain of the four bytes at $ptr is.
(func $head! (param $heads i32) (param $mask i32) (param $ptr i32) (result i32)
  (i32.add
    (local.get $heads)
    (i32.shl
      (i32.and
        (i32.shr_u
          (i32.mul (i32.load (local.get $ptr)) (i32.const 0x1e35a7bd))
          (i32.const 16))
        (local.get $mask))
      (i32.const 2))))

;; Where the link of the place $ptr is, which is the place before it in the chain.
(func $link! (param $links i32) (param $mask i32) (param $ptr i32) (result i32)
  (i32.add
    (local.get $links)
    (i32.shl (i32.and (local.get $ptr) (local.get $mask)) (i32.const 2))))

;; 22 bits of the hash of the first five bytes at $ptr, of which eight can be read.
(func $hash! (param $ptr i32) (result i32)
  (i32.wrap_i64
    (i64.shr_u
      (i64.mul
        (i64.shl (i64.load (local.get $ptr)) (i64.const 24))
        (global.get $SPREAD))
      (i64.const 42))))

;; The number of the first place of the row of a hash, where rows have 2^$width places. It is the
;; offset of its tags.
(func $row! (param $hash i32) (param $mask i32) (param $width i32) (result i32)
  (i32.shl
    (i32.and (i32.shr_u (local.get $hash) (i32.const 7)) (local.get $mask))
    (local.get $width)))

(func $tag! (param $hash i32) (result i32)
  (i32.or (i32.and (local.get $hash) (i32.const 0x7f)) (i32.const 0x80)))

;; Puts $ptr into a row, in front, whose last place is $end.
(func $enter!
  (param $tags i32) (param $places i32) (param $row i32) (param $tag i32) (param $ptr i32)
  (param $end i32)
  (local $head i32)
  (local $at i32)
  (local.set $at (i32.add (local.get $tags) (local.get $row)))
  (local.set $head
    (i32.and
      (i32.sub (i32.load8_u (local.get $at)) (i32.const 1))
      (local.get $end)))
  (local.set $head
    (select (local.get $head) (local.get $end) (local.get $head)))
  (i32.store8 (local.get $at) (local.get $head))
  (i32.store8 (i32.add (local.get $at) (local.get $head)) (local.get $tag))
  (i32.store
    (i32.add
      (local.get $places)
      (i32.shl (i32.or (local.get $row) (local.get $head)) (i32.const 2)))
    (local.get $ptr)))

;; Puts the places of [$ptr, $end) where they are found, as far as eight bytes can be read there.
(func $know (param $ptr i32) (param $end i32)
  (local $tags i32)
  (local $places i32)
  (local $mask i32)
  (local $hash i32)
  (local.set $tags (global.get $tags))
  (local.set $places (global.get $places))
  (local.set $mask (global.get $mask))
  (local.set $end
    (call $least!
      (local.get $end)
      (i32.sub (global.get $text_end) (i32.const 7))))
  (if (global.get $table)
    (then
      (if (i32.eq (global.get $table) (global.get $WIDE_ROWS))
        (then (call $know_wide_rows (local.get $ptr) (local.get $end)))
        (else (call $know_chains (local.get $ptr) (local.get $end))))
      (return)))
  (block $done
    (loop $next_place
      (br_if $done (i32.ge_s (i32.sub (local.get $ptr) (local.get $end)) (i32.const 0)))
      (local.set $hash (call $hash! (local.get $ptr)))
      (call $enter!
        (local.get $tags)
        (local.get $places)
        (call $row! (local.get $hash) (local.get $mask) (i32.const 4))
        (call $tag! (local.get $hash))
        (local.get $ptr)
        (i32.const 15))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br $next_place))))

(func $know_wide_rows (param $ptr i32) (param $end i32)
  (local $tags i32)
  (local $places i32)
  (local $mask i32)
  (local $hash i32)
  (local.set $tags (global.get $tags))
  (local.set $places (global.get $places))
  (local.set $mask (global.get $mask))
  (block $done
    (loop $next_place
      (br_if $done (i32.ge_s (i32.sub (local.get $ptr) (local.get $end)) (i32.const 0)))
      (local.set $hash (call $hash! (local.get $ptr)))
      (call $enter!
        (local.get $tags)
        (local.get $places)
        (call $row! (local.get $hash) (local.get $mask) (i32.const 6))
        (call $tag! (local.get $hash))
        (local.get $ptr)
        (i32.const 63))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br $next_place))))

(func $know_chains (param $ptr i32) (param $end i32)
  (local $heads i32)
  (local $links i32)
  (local $mask i32)
  (local $link_mask i32)
  (local $head i32)
  (local.set $heads (global.get $tags))
  (local.set $links (global.get $places))
  (local.set $mask (global.get $mask))
  (local.set $link_mask (global.get $link_mask))
  (block $done
    (loop $next_place
      (br_if $done (i32.ge_s (i32.sub (local.get $ptr) (local.get $end)) (i32.const 0)))
      (local.set $head (call $head! (local.get $heads) (local.get $mask) (local.get $ptr)))
      (i32.store
        (call $link! (local.get $links) (local.get $link_mask) (local.get $ptr))
        (i32.load (local.get $head)))
      (i32.store (local.get $head) (local.get $ptr))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br $next_place))))

;; Puts the places of [$ptr, $end) into heads alone, as far as eight bytes can be read there.
(func $know_heads (param $ptr i32) (param $end i32)
  (local $heads i32)
  (local $mask i32)
  (local.set $heads (global.get $tags))
  (local.set $mask (global.get $mask))
  (local.set $end
    (call $least!
      (local.get $end)
      (i32.sub (global.get $text_end) (i32.const 7))))
  (block $done
    (loop $next_place
      (br_if $done (i32.ge_s (i32.sub (local.get $ptr) (local.get $end)) (i32.const 0)))
      (i32.store
        (call $head! (local.get $heads) (local.get $mask) (local.get $ptr))
        (local.get $ptr))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br $next_place))))

;; How many bytes from $here and from $before on are the same, $most at most.
(func $same_bytes! (param $here i32) (param $before i32) (param $most i32) (result i32)
  (local $len i32)
  (local $differ i64)
  (local $stop i32)
  (local.set $stop (i32.sub (local.get $most) (i32.const 8)))
  (block $done
    (loop $next_8
      (if (i32.le_s (local.get $len) (local.get $stop))
        (then
          (local.set $differ
            (i64.xor
              (i64.load (i32.add (local.get $here) (local.get $len)))
              (i64.load (i32.add (local.get $before) (local.get $len)))))
          (if (i64.eqz (local.get $differ))
            (then
              (local.set $len (i32.add (local.get $len) (i32.const 8)))
              (br $next_8)))
          (local.set $len
            (i32.add
              (local.get $len)
              (i32.shr_u (i32.wrap_i64 (i64.ctz (local.get $differ))) (i32.const 3))))
          (br $done))))
    (loop $next_byte
      (br_if $done (i32.ge_u (local.get $len) (local.get $most)))
      (br_if $done
        (i32.ne
          (i32.load8_u (i32.add (local.get $here) (local.get $len)))
          (i32.load8_u (i32.add (local.get $before) (local.get $len)))))
      (local.set $len (i32.add (local.get $len) (i32.const 1)))
      (br $next_byte)))
  (local.get $len))

(func $log2! (param $x i32) (result i32)
  (i32.sub (i32.const 31) (i32.clz (local.get $x))))

;; How far back a copy for $here may be.
(func $reach! (param $here i32) (result i32)
  (call $least!
    (i32.sub (local.get $here) (global.get $text_start))
    (global.get $window_len)))

;; What a copy is worth whose distance is none of the last ones.
(func $score! (param $len i32) (param $distance i32) (result i32)
  (i32.sub
    (i32.add
      (i32.mul (local.get $len) (global.get $BYTE_SCORE))
      (global.get $START_SCORE))
    (i32.mul (call $log2! (local.get $distance)) (global.get $DISTANCE_SCORE))))

;; Looks $distance further back, one of the last; its first bytes are to be the same, those that
;; $first_bits takes. $score is what a copy of no bytes has. The best copy then.
(func $try_last!
  (param $here i32) (param $distance i32) (param $reach i32) (param $bytes i32)
  (param $first_bits i32) (param $score i32) (param $most i32) (param $best_len i32)
  (param $best_distance i32) (param $best_score i32)
  (result i32 i32 i32)
  (local $len i32)
  (if (i32.le_u (local.get $distance) (local.get $reach))
    (then
      (if
        (i32.eqz
          (i32.shl
            (i32.xor
              (i32.load (i32.sub (local.get $here) (local.get $distance)))
              (local.get $bytes))
            (local.get $first_bits)))
        (then
          (local.set $len
            (call $same_bytes!
              (local.get $here)
              (i32.sub (local.get $here) (local.get $distance))
              (local.get $most)))
          (local.set $score
            (i32.add
              (local.get $score)
              (i32.mul (local.get $len) (global.get $BYTE_SCORE))))
          (if (i32.gt_s (local.get $score) (local.get $best_score))
            (then
              (local.set $best_score (local.get $score))
              (local.set $best_len (local.get $len))
              (local.set $best_distance (local.get $distance))))))))
  (local.get $best_len)
  (local.get $best_distance)
  (local.get $best_score))

;; Looks in the row of $here for a better copy, not below $lowest, and puts $here into it.
(func $search_row!
  (param $here i32) (param $lowest i32) (param $most i32)
  (param $best_len i32) (param $best_distance i32) (param $best_score i32)
  (result i32 i32 i32)
  (local $hash i32)
  (local $tags i32)
  (local $row i32)
  (local $head i32)
  (local $found i32)        ;; a bit for each place that has the same tag, from the head on
  (local $places i32)
  (local $before i32)
  (local $len i32)
  (local $score i32)
  (local $tail i32)         ;; where the four bytes are that a better copy must have
  (local.set $tags (global.get $tags))
  (local.set $places (global.get $places))
  (local.set $hash (call $hash! (local.get $here)))
  (local.set $row (call $row! (local.get $hash) (global.get $mask) (i32.const 4)))
  (local.set $head (i32.load8_u (i32.add (local.get $tags) (local.get $row))))
  (local.set $found
    (i32.and
      (i8x16.bitmask
        (i8x16.eq
          (v128.load (i32.add (local.get $tags) (local.get $row)))
          (i8x16.splat (call $tag! (local.get $hash)))))
      (i32.const 0xfffe)))
  (local.set $found
    (i32.and
      (i32.shr_u
        (i32.or (local.get $found) (i32.shl (local.get $found) (i32.const 16)))
        (local.get $head))
      (i32.sub (i32.shl (i32.const 1) (global.get $tries)) (i32.const 1))))
  (local.set $tail
    (select
      (i32.sub (local.get $best_len) (i32.const 3))
      (i32.const 0)
      (i32.gt_u (local.get $best_len) (i32.const 3))))
  (block $done
    (loop $next_place
      (br_if $done (i32.eqz (local.get $found)))
      (br_if $done (i32.ge_u (local.get $best_len) (local.get $most)))
      (local.set $before
        (i32.load
          (i32.add
            (local.get $places)
            (i32.shl
              (i32.or
                (local.get $row)
                (i32.and
                  (i32.add (i32.ctz (local.get $found)) (local.get $head))
                  (i32.const 15)))
              (i32.const 2)))))
      (local.set $found
        (i32.and (local.get $found) (i32.sub (local.get $found) (i32.const 1))))
      (br_if $done (i32.lt_u (local.get $before) (local.get $lowest)))
      (br_if $next_place
        (i32.ne
          (i32.load (i32.add (local.get $before) (local.get $tail)))
          (i32.load (i32.add (local.get $here) (local.get $tail)))))
      (local.set $len
        (call $same_bytes! (local.get $here) (local.get $before) (local.get $most)))
      (br_if $next_place (i32.lt_u (local.get $len) (i32.const 4)))
      (local.set $score
        (call $score! (local.get $len) (i32.sub (local.get $here) (local.get $before))))
      (br_if $next_place (i32.le_s (local.get $score) (local.get $best_score)))
      (local.set $best_score (local.get $score))
      (local.set $best_len (local.get $len))
      (local.set $best_distance (i32.sub (local.get $here) (local.get $before)))
      (local.set $tail (i32.sub (local.get $len) (i32.const 3)))
      (br $next_place)))
  ;; Not before: it takes the place of the oldest of the row.
  (call $enter!
    (local.get $tags)
    (local.get $places)
    (local.get $row)
    (call $tag! (local.get $hash))
    (local.get $here)
    (i32.const 15))
  (local.get $best_len)
  (local.get $best_distance)
  (local.get $best_score))

;; The same in a wide row, of which so many places are looked at.
(func $search_wide_row
  (param $here i32) (param $lowest i32) (param $most i32)
  (param $best_len i32) (param $best_distance i32) (param $best_score i32)
  (result i32 i32 i32)
  (local $hash i32)
  (local $tags i32)
  (local $row i32)
  (local $head i32)
  (local $tag v128)
  (local $found i64)        ;; a bit for each place that has the same tag, from the head on
  (local $places i32)
  (local $before i32)
  (local $tries i32)
  (local $len i32)
  (local $score i32)
  (local $tail i32)         ;; where the four bytes are that a better copy must have
  (local.set $places (global.get $places))
  (local.set $tries (global.get $tries))
  (local.set $hash (call $hash! (local.get $here)))
  (local.set $row (call $row! (local.get $hash) (global.get $mask) (i32.const 6)))
  (local.set $tags (i32.add (global.get $tags) (local.get $row)))
  (local.set $head (i32.load8_u (local.get $tags)))
  (local.set $tag (i8x16.splat (call $tag! (local.get $hash))))
  (local.set $found
    (i64.or
      (i64.or
        (call $same_tags! (local.get $tags) (i32.const 0) (local.get $tag))
        (call $same_tags! (local.get $tags) (i32.const 16) (local.get $tag)))
      (i64.or
        (call $same_tags! (local.get $tags) (i32.const 32) (local.get $tag))
        (call $same_tags! (local.get $tags) (i32.const 48) (local.get $tag)))))
  (local.set $found
    (i64.rotr
      (i64.and (local.get $found) (i64.const -2))
      (i64.extend_i32_u (local.get $head))))
  (local.set $tail
    (select
      (i32.sub (local.get $best_len) (i32.const 3))
      (i32.const 0)
      (i32.gt_u (local.get $best_len) (i32.const 3))))
  (block $done
    (loop $next_place
      (br_if $done (i64.eqz (local.get $found)))
      (br_if $done (i32.eqz (local.get $tries)))
      (br_if $done (i32.ge_u (local.get $best_len) (local.get $most)))
      (local.set $tries (i32.sub (local.get $tries) (i32.const 1)))
      (local.set $before
        (i32.load
          (i32.add
            (local.get $places)
            (i32.shl
              (i32.or
                (local.get $row)
                (i32.and
                  (i32.add
                    (i32.wrap_i64 (i64.ctz (local.get $found)))
                    (local.get $head))
                  (i32.const 63)))
              (i32.const 2)))))
      (local.set $found
        (i64.and (local.get $found) (i64.sub (local.get $found) (i64.const 1))))
      (br_if $done (i32.lt_u (local.get $before) (local.get $lowest)))
      (br_if $next_place
        (i32.ne
          (i32.load (i32.add (local.get $before) (local.get $tail)))
          (i32.load (i32.add (local.get $here) (local.get $tail)))))
      (local.set $len
        (call $same_bytes! (local.get $here) (local.get $before) (local.get $most)))
      (br_if $next_place (i32.lt_u (local.get $len) (i32.const 4)))
      (local.set $score
        (call $score! (local.get $len) (i32.sub (local.get $here) (local.get $before))))
      (br_if $next_place (i32.le_s (local.get $score) (local.get $best_score)))
      (local.set $best_score (local.get $score))
      (local.set $best_len (local.get $len))
      (local.set $best_distance (i32.sub (local.get $here) (local.get $before)))
      (local.set $tail (i32.sub (local.get $len) (i32.const 3)))
      (br_if $next_place (i32.lt_u (local.get $len) (global.get $nice)))))
  (call $enter!
    (global.get $tags)
    (local.get $places)
    (local.get $row)
    (call $tag! (local.get $hash))
    (local.get $here)
    (i32.const 63))
  (local.get $best_len)
  (local.get $best_distance)
  (local.get $best_score))

;; Which of sixteen places, from number $at on, have this tag: a bit each.
(func $same_tags! (param $tags i32) (param $at i32) (param $tag v128) (result i64)
  (i64.shl
    (i64.extend_i32_u
      (i8x16.bitmask
        (i8x16.eq
          (v128.load (i32.add (local.get $tags) (local.get $at)))
          (local.get $tag))))
    (i64.extend_i32_u (local.get $at))))

;; Looks along the chain of the four bytes at $here, which are $bytes, as $search_row! does.
(func $search_chain
  (param $here i32) (param $bytes i32) (param $lowest i32) (param $most i32)
  (param $best_len i32) (param $best_distance i32) (param $best_score i32)
  (result i32 i32 i32)
  (local $head i32)
  (local $links i32)
  (local $link_mask i32)
  (local $before i32)
  (local $tries i32)
  (local $len i32)
  (local $score i32)
  (local $tail i32)         ;; where the four bytes are that a better copy must have
  (local.set $links (global.get $places))
  (local.set $link_mask (global.get $link_mask))
  (local.set $tries (global.get $tries))
  (local.set $head (call $head! (global.get $tags) (global.get $mask) (local.get $here)))
  (local.set $before (i32.load (local.get $head)))
  (i32.store (local.get $head) (local.get $here))
  (i32.store
    (call $link! (local.get $links) (local.get $link_mask) (local.get $here))
    (local.get $before))
  (local.set $tail
    (select
      (i32.sub (local.get $best_len) (i32.const 3))
      (i32.const 0)
      (i32.gt_u (local.get $best_len) (i32.const 3))))
  (block $done
    (loop $next_place
      (br_if $done (i32.lt_u (local.get $before) (local.get $lowest)))
      (br_if $done (i32.eqz (local.get $tries)))
      (br_if $done (i32.ge_u (local.get $best_len) (local.get $most)))
      (local.set $tries (i32.sub (local.get $tries) (i32.const 1)))
      (block $no_better
        (br_if $no_better
          (i32.ne
            (i32.load (i32.add (local.get $before) (local.get $tail)))
            (i32.load (i32.add (local.get $here) (local.get $tail)))))
        (br_if $no_better (i32.ne (i32.load (local.get $before)) (local.get $bytes)))
        (local.set $len
          (call $same_bytes! (local.get $here) (local.get $before) (local.get $most)))
        (local.set $score
          (call $score!
            (local.get $len)
            (i32.sub (local.get $here) (local.get $before))))
        (br_if $no_better (i32.le_s (local.get $score) (local.get $best_score)))
        (local.set $best_score (local.get $score))
        (local.set $best_len (local.get $len))
        (local.set $best_distance (i32.sub (local.get $here) (local.get $before)))
        (local.set $tail (i32.sub (local.get $len) (i32.const 3)))
        (br_if $done (i32.ge_u (local.get $len) (global.get $nice))))
      (local.set $before
        (i32.load
          (call $link! (local.get $links) (local.get $link_mask) (local.get $before))))
      (br $next_place)))
  (local.get $best_len)
  (local.get $best_distance)
  (local.get $best_score))

;; Looks for the best copy for what stands at $here, from where eight bytes can be read, and puts
;; $here where it is found. Its length, distance and score; the score is LEAST_SCORE where there is
;; none. Where the distance is beyond what is in reach, the copy is a word.
(func $find (param $here i32) (result i32 i32 i32)
  (local $reach i32)        ;; how far back a copy may be
  (local $lowest i32)       ;; the first byte that is
  (local $most i32)         ;; how long one may be
  (local $bytes i32)        ;; the first four
  (local $best_len i32)
  (local $best_distance i32)
  (local $best_score i32)
  (local.set $reach (call $reach! (local.get $here)))
  (local.set $lowest (i32.sub (local.get $here) (local.get $reach)))
  (local.set $most
    (call $least!
      (i32.sub (global.get $text_end) (local.get $here))
      (global.get $LONGEST_COPY)))
  (local.set $bytes (i32.load (local.get $here)))
  (local.set $best_score (global.get $LEAST_SCORE))
  (call $try_last!
    (local.get $here) (global.get $last_1) (local.get $reach) (local.get $bytes) (i32.const 16)
    (global.get $LAST_SCORE) (local.get $most)
    (local.get $best_len) (local.get $best_distance) (local.get $best_score))
  (local.set $best_score)
  (local.set $best_distance)
  (local.set $best_len)
  (call $try_last!
    (local.get $here) (global.get $last_2) (local.get $reach) (local.get $bytes) (i32.const 16)
    (global.get $SECOND_SCORE) (local.get $most)
    (local.get $best_len) (local.get $best_distance) (local.get $best_score))
  (local.set $best_score)
  (local.set $best_distance)
  (local.set $best_len)
  (call $try_last!
    (local.get $here) (global.get $last_3) (local.get $reach) (local.get $bytes) (i32.const 8)
    (global.get $OTHER_SCORE) (local.get $most)
    (local.get $best_len) (local.get $best_distance) (local.get $best_score))
  (local.set $best_score)
  (local.set $best_distance)
  (local.set $best_len)
  (call $try_last!
    (local.get $here) (global.get $last_4) (local.get $reach) (local.get $bytes) (i32.const 8)
    (global.get $OTHER_SCORE) (local.get $most)
    (local.get $best_len) (local.get $best_distance) (local.get $best_score))
  (local.set $best_score)
  (local.set $best_distance)
  (local.set $best_len)
  (if (result i32 i32 i32) (global.get $table)
    (then
      (if (result i32 i32 i32) (i32.eq (global.get $table) (global.get $WIDE_ROWS))
        (then
          (call $search_wide_row
            (local.get $here) (local.get $lowest) (local.get $most)
            (local.get $best_len) (local.get $best_distance) (local.get $best_score)))
        (else
          (call $search_chain
            (local.get $here) (local.get $bytes) (local.get $lowest) (local.get $most)
            (local.get $best_len) (local.get $best_distance) (local.get $best_score)))))
    (else
      (call $search_row!
        (local.get $here) (local.get $lowest) (local.get $most)
        (local.get $best_len) (local.get $best_distance) (local.get $best_score))))
  (local.set $best_score)
  (local.set $best_distance)
  (local.set $best_len)
  (if (i32.eq (local.get $best_score) (global.get $LEAST_SCORE))
    (then
      (if
        (i32.ge_u (global.get $words_found) (i32.shr_u (global.get $words_sought) (i32.const 7)))
        (then
          (return
            (call $find_word
              (local.get $here) (local.get $bytes) (local.get $most) (local.get $reach)))))))
  (local.get $best_len)
  (local.get $best_distance)
  (local.get $best_score))

;; Up to nine of the last bytes of a word can be left out. Digits of seven bits are the numbers of
;; the transforms that do so, the lowest that of one byte.
(global $MOST_CUT i32 (i32.const 9))
(global $CUTS i64 (i64.const 0x4076c1c3f545cd8c))

;; Looks for the best word for what stands at $here, whose first four bytes are $bytes. As $find.
(func $find_word
  (param $here i32) (param $bytes i32) (param $most i32) (param $reach i32)
  (result i32 i32 i32)
  (local $at i32)          ;; the next entry
  (local $end i32)
  (local $entry i32)
  (local $len i32)         ;; of the word
  (local $words i32)
  (local $word i32)
  (local $same i32)        ;; how many of its bytes are here
  (local $cut i32)
  (local $distance i32)
  (local $score i32)
  (local $best_len i32)
  (local $best_distance i32)
  (local $best_score i32)
  (global.set $words_sought (i32.add (global.get $words_sought) (i32.const 1)))
  (local.set $best_score (global.get $LEAST_SCORE))
  (local.set $at
    (i32.add
      (global.get $WORD_STARTS)
      (i32.shl
        (i32.shr_u
          (i32.mul (local.get $bytes) (i32.const 0x1e35a7bd))
          (i32.const 19))
        (i32.const 1))))
  (local.set $end
    (i32.add
      (global.get $WORD_ENTRIES)
      (i32.shl (i32.load16_u offset=2 (local.get $at)) (i32.const 1))))
  (local.set $at
    (i32.add
      (global.get $WORD_ENTRIES)
      (i32.shl (i32.load16_u (local.get $at)) (i32.const 1))))
  (block $done
    (loop $next_word
      (br_if $done (i32.eq (local.get $at) (local.get $end)))
      (local.set $entry (i32.load16_u (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 2)))
      (local.set $len (i32.and (local.get $entry) (i32.const 31)))
      (local.set $words
        (i32.load (i32.add (global.get $WORDS) (i32.shl (local.get $len) (i32.const 2)))))
      (local.set $word
        (i32.add
          (i32.add
            (global.get $DICTIONARY)
            (i32.and (local.get $words) (i32.const 0xffffff)))
          (i32.mul (local.get $len) (i32.shr_u (local.get $entry) (i32.const 5)))))
      (br_if $next_word (i32.ne (i32.load (local.get $word)) (local.get $bytes)))
      (local.set $same
        (call $same_bytes!
          (local.get $here)
          (local.get $word)
          (call $least! (local.get $len) (local.get $most))))
      (local.set $cut (i32.sub (local.get $len) (local.get $same)))
      (br_if $next_word (i32.gt_u (local.get $cut) (global.get $MOST_CUT)))
      (local.set $distance
        (i32.add
          (i32.add
            (i32.add (local.get $reach) (i32.const 1))
            (i32.shr_u (local.get $entry) (i32.const 5)))
          (i32.shl
            (call $cut_transform! (local.get $cut))
            (i32.shr_u (local.get $words) (i32.const 24)))))
      (local.set $score
        (call $score! (local.get $same) (local.get $distance)))
      (br_if $next_word (i32.le_s (local.get $score) (local.get $best_score)))
      (local.set $best_score (local.get $score))
      (local.set $best_len (local.get $same))
      (local.set $best_distance (local.get $distance))
      (global.set $word_cut (local.get $cut))
      (br $next_word)))
  (global.set $words_found
    (i32.add (global.get $words_found) (i32.ne (local.get $best_len) (i32.const 0))))
  (local.get $best_len)
  (local.get $best_distance)
  (local.get $best_score))

;; The number of the transform that leaves out so many of the last bytes.
(func $cut_transform! (param $cut i32) (result i32)
  (select
    (i32.and
      (i32.wrap_i64
        (i64.shr_u
          (global.get $CUTS)
          (i64.mul
            (i64.extend_i32_u (i32.sub (local.get $cut) (i32.const 1)))
            (i64.const 7))))
      (i32.const 0x7f))
    (i32.const 0)
    (local.get $cut)))
