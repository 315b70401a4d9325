;; ---- Huffman codes of limited length

;; Low bits of an entry that is sorted, which hold the symbol.
(global $SORTED_BITS i32 (i32.const 10))
(global $SORTED_MASK i32 (i32.const 0x3ff))

;; The 16 low bits of $bits in reverse order.
(func $reversed! (param $bits i32) (result i32)
  ;; Pairs, nibbles, bytes, halves change places.
  (local.set $bits
    (i32.or
      (i32.and (i32.shr_u (local.get $bits) (i32.const 1)) (i32.const 0x5555))
      (i32.shl (i32.and (local.get $bits) (i32.const 0x5555)) (i32.const 1))))
  (local.set $bits
    (i32.or
      (i32.and (i32.shr_u (local.get $bits) (i32.const 2)) (i32.const 0x3333))
      (i32.shl (i32.and (local.get $bits) (i32.const 0x3333)) (i32.const 2))))
  (local.set $bits
    (i32.or
      (i32.and (i32.shr_u (local.get $bits) (i32.const 4)) (i32.const 0x0f0f))
      (i32.shl (i32.and (local.get $bits) (i32.const 0x0f0f)) (i32.const 4))))
  (i32.or
    (i32.shr_u (local.get $bits) (i32.const 8))
    (i32.shl (i32.and (local.get $bits) (i32.const 0xff)) (i32.const 8))))

;; Where number $index of an array of u32 stands.
(func $word! (param $array i32) (param $index i32) (result i32)
  (i32.add (local.get $array) (i32.shl (local.get $index) (i32.const 2))))

;; Adds one to the u32 at $ptr.
(func $add_one! (param $ptr i32)
  (i32.store (local.get $ptr) (i32.add (i32.load (local.get $ptr)) (i32.const 1))))

;; The count, or the place in the tree, of number $index in $entries.
(func $weight! (param $entries i32) (param $index i32) (result i32)
  (i32.shr_u
    (i32.load (call $word! (local.get $entries) (local.get $index)))
    (global.get $SORTED_BITS)))

;; Gives number $index of $entries another weight.
(func $set_weight! (param $entries i32) (param $index i32) (param $weight i32)
  (local $at i32)
  (local.set $at (call $word! (local.get $entries) (local.get $index)))
  (i32.store
    (local.get $at)
    (i32.or
      (i32.shl (local.get $weight) (global.get $SORTED_BITS))
      (i32.and (i32.load (local.get $at)) (global.get $SORTED_MASK)))))

;; Makes the code that is best for $symbols symbols with the counts at $counts among those in which
;; none is longer than $limit bits: lengths (u8) to $lens, codes (u32) to $codes. Where fewer than
;; two symbols are used, two have codes of one bit, so that every decoder takes the code. All counts
;; together are below 2^22.
(func $make_code
  (param $counts i32) (param $symbols i32) (param $limit i32) (param $lens i32) (param $codes i32)
  (local $entries i32) ;; the symbols that are used, those that are rarer first
  (local $used i32)    ;; how many there are
  (local $symbol i32)
  (local $count i32)
  (local $most i32)    ;; a number no count is above
  (local.set $entries (global.get $SORTING))
  (loop $next_symbol
    (local.set $count (i32.load (call $word! (local.get $counts) (local.get $symbol))))
    (i32.store8 (i32.add (local.get $lens) (local.get $symbol)) (i32.const 0))
    (i32.store
      (call $word! (local.get $entries) (local.get $used))
      (i32.or (i32.shl (local.get $count) (global.get $SORTED_BITS)) (local.get $symbol)))
    (local.set $used (i32.add (local.get $used) (i32.ne (local.get $count) (i32.const 0))))
    (local.set $most (i32.or (local.get $most) (local.get $count)))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
    (br_if $next_symbol (i32.lt_u (local.get $symbol) (local.get $symbols))))
  (if (i32.lt_u (local.get $used) (i32.const 2))
    (then
      (local.set $symbol
        (select
          (i32.and (i32.load (local.get $entries)) (global.get $SORTED_MASK))
          (i32.const 0)
          (local.get $used)))
      (i32.store8 (i32.add (local.get $lens) (local.get $symbol)) (i32.const 1))
      (i32.store8
        (i32.add (local.get $lens) (i32.eqz (local.get $symbol)))
        (i32.const 1))
      (i32.store (global.get $LEN_COUNTS) (i32.const 0))
      (i32.store offset=4 (global.get $LEN_COUNTS) (i32.const 2)))
    (else
      (local.set $entries
        (call $sorted (local.get $entries) (local.get $used) (local.get $most)))
      (call $grow_tree (local.get $entries) (local.get $used))
      (call $count_lens (local.get $entries) (local.get $used) (local.get $limit))
      (call $set_lens (local.get $entries) (local.get $limit) (local.get $lens))))
  (call $set_codes (local.get $lens) (local.get $symbols) (local.get $limit) (local.get $codes)))

;; Of entries that are sorted, no more than so many go into their places one by one.
(global $FEW i32 (i32.const 12))

;; Which tally counts a weight: that of its exponent and of the three bits behind its first. A
;; greater weight has no lower one.
(func $tally! (param $weight i32) (result i32)
  (call $at!
    (i32.shl
      (i32.sub
        (i32.shr_u
          (i32.reinterpret_f32 (f32.convert_i32_u (local.get $weight)))
          (i32.const 20))
        ;; That of one.
        (i32.const 1016))
      (i32.const 2))
    (global.get $TALLIES)))

;; Sorts $used entries, of counts that have no bit which $most has not, and returns where they stand
;; then. Equal counts are in the order of their symbols.
(func $sorted (param $entries i32) (param $used i32) (param $most i32) (result i32)
  (local $index i32)
  (local $at i32)
  (local $entry i32)
  (local $sum i32)
  (local $tally i32)
  (local $end i32)
  (if (i32.gt_u (local.get $used) (global.get $FEW))
    (then
      ;; By their tallies first: few of those that have one are not in order then.
      (local.set $end (i32.add (call $tally! (local.get $most)) (i32.const 4)))
      (call $clear
        (global.get $TALLIES)
        (i32.sub (local.get $end) (global.get $TALLIES)))
      (loop $next_counted
        (call $add_one!
          (call $tally! (call $weight! (local.get $entries) (local.get $index))))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br_if $next_counted (i32.lt_u (local.get $index) (local.get $used))))
      (local.set $sum (global.get $SORTING_BY))
      (local.set $at (global.get $TALLIES))
      (loop $next_tally
        (local.set $tally (i32.load (local.get $at)))
        (i32.store (local.get $at) (local.get $sum))
        (local.set $sum (call $word! (local.get $sum) (local.get $tally)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $next_tally (i32.ne (local.get $at) (local.get $end))))
      (local.set $index (i32.const 0))
      (loop $next_moved
        (local.set $entry (i32.load (call $word! (local.get $entries) (local.get $index))))
        (local.set $at
          (call $tally! (i32.shr_u (local.get $entry) (global.get $SORTED_BITS))))
        (local.set $tally (i32.load (local.get $at)))
        (i32.store (local.get $at) (i32.add (local.get $tally) (i32.const 4)))
        (i32.store (local.get $tally) (local.get $entry))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br_if $next_moved (i32.lt_u (local.get $index) (local.get $used))))
      (local.set $entries (global.get $SORTING_BY))))
  ;; Each goes in front of those that are greater.
  (local.set $index (i32.const 1))
  (loop $next_entry
    (local.set $at (call $word! (local.get $entries) (local.get $index)))
    (local.set $entry (i32.load (local.get $at)))
    (block $in_place
      (loop $next_greater
        (br_if $in_place (i32.eq (local.get $at) (local.get $entries)))
        (local.set $sum (i32.load (i32.sub (local.get $at) (i32.const 4))))
        (br_if $in_place (i32.lt_u (local.get $sum) (local.get $entry)))
        (i32.store (local.get $at) (local.get $sum))
        (local.set $at (i32.sub (local.get $at) (i32.const 4)))
        (br $next_greater)))
    (i32.store (local.get $at) (local.get $entry))
    (local.set $index (i32.add (local.get $index) (i32.const 1)))
    (br_if $next_entry (i32.lt_u (local.get $index) (local.get $used))))
  (local.get $entries))

;; Makes a Huffman tree of $used entries, in their place (Moffat and Katajainen, 1995). The weights
;; of the first $used - 1 become the nodes: each says which is above it; the last one is the root.
;; The symbols stay.
(func $grow_tree (param $entries i32) (param $used i32)
  (local $leaf i32)   ;; the rarest that is below no node
  (local $inner i32)  ;; the node that is, and is below none
  (local $node i32)   ;; the next one that is made
  (local $weight i32)
  (local $last i32)
  (local.set $last (i32.sub (local.get $used) (i32.const 1)))
  (loop $next_node
    (local.set $weight (i32.const 0))
    (call $take! (local.get $entries) (local.get $used) (local.get $leaf) (local.get $inner)
      (local.get $node) (local.get $weight))
    (local.set $weight)
    (local.set $inner)
    (local.set $leaf)
    (call $take! (local.get $entries) (local.get $used) (local.get $leaf) (local.get $inner)
      (local.get $node) (local.get $weight))
    (local.set $weight)
    (local.set $inner)
    (local.set $leaf)
    (call $set_weight! (local.get $entries) (local.get $node) (local.get $weight))
    (local.set $node (i32.add (local.get $node) (i32.const 1)))
    (br_if $next_node (i32.lt_u (local.get $node) (local.get $last)))))

;; Puts what is lightest below $node: a leaf, where a node is as light. The leaf that is next then,
;; the node, and the weight with what it has added.
(func $take!
  (param $entries i32) (param $used i32) (param $leaf i32) (param $inner i32) (param $node i32)
  (param $weight i32)
  (result i32 i32 i32)
  (local $leaf_weight i32)
  (local $inner_weight i32)
  ;; What is not there weighs most.
  (local.set $leaf_weight (i32.const -1))
  (local.set $inner_weight (i32.const -1))
  (if (i32.lt_u (local.get $leaf) (local.get $used))
    (then
      (local.set $leaf_weight (call $weight! (local.get $entries) (local.get $leaf)))))
  (if (i32.lt_u (local.get $inner) (local.get $node))
    (then
      (local.set $inner_weight (call $weight! (local.get $entries) (local.get $inner)))))
  (if (i32.le_u (local.get $leaf_weight) (local.get $inner_weight))
    (then
      (local.set $weight (i32.add (local.get $weight) (local.get $leaf_weight)))
      (local.set $leaf (i32.add (local.get $leaf) (i32.const 1))))
    (else
      (local.set $weight (i32.add (local.get $weight) (local.get $inner_weight)))
      (call $set_weight! (local.get $entries) (local.get $inner) (local.get $node))
      (local.set $inner (i32.add (local.get $inner) (i32.const 1)))))
  (local.get $leaf)
  (local.get $inner)
  (local.get $weight))

;; Counts in len_counts how many leaves the tree has at each depth. Where one would be deeper than
;; $limit, it takes the place of the deepest that is above, which goes down by one with it.
(func $count_lens (param $entries i32) (param $used i32) (param $limit i32)
  (local $node i32)
  (local $depth i32)
  (local $at i32)
  (call $clear (global.get $LEN_COUNTS) (i32.const 64))
  (i32.store offset=4 (global.get $LEN_COUNTS) (i32.const 2))
  (local.set $node (i32.sub (local.get $used) (i32.const 2)))
  (call $set_weight! (local.get $entries) (local.get $node) (i32.const 0))
  (block $done
    (loop $next_node
      (br_if $done (i32.eqz (local.get $node)))
      (local.set $node (i32.sub (local.get $node) (i32.const 1)))
      (local.set $depth
        (i32.add
          (call $weight!
            (local.get $entries)
            (call $weight! (local.get $entries) (local.get $node)))
          (i32.const 1)))
      (call $set_weight! (local.get $entries) (local.get $node) (local.get $depth))
      ;; A leaf at this depth becomes a node with two below.
      (if (i32.ge_u (local.get $depth) (local.get $limit))
        (then
          (local.set $depth (local.get $limit))
          (loop $next_above
            (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
            (br_if $next_above
              (i32.eqz (i32.load (call $word! (global.get $LEN_COUNTS) (local.get $depth))))))))
      (local.set $at (call $word! (global.get $LEN_COUNTS) (local.get $depth)))
      (i32.store (local.get $at) (i32.sub (i32.load (local.get $at)) (i32.const 1)))
      (i32.store offset=4
        (local.get $at)
        (i32.add (i32.load offset=4 (local.get $at)) (i32.const 2)))
      (br $next_node))))

;; Gives the rarest symbols the longest codes.
(func $set_lens (param $entries i32) (param $len i32) (param $lens i32)
  (local $count i32)
  (loop $next_len
    (local.set $count (i32.load (call $word! (global.get $LEN_COUNTS) (local.get $len))))
    (block $no_more
      (loop $next_symbol
        (br_if $no_more (i32.eqz (local.get $count)))
        (i32.store8
          (i32.add
            (local.get $lens)
            (i32.and (i32.load (local.get $entries)) (global.get $SORTED_MASK)))
          (local.get $len))
        (local.set $entries (i32.add (local.get $entries) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next_symbol)))
    (local.set $len (i32.sub (local.get $len) (i32.const 1)))
    (br_if $next_len (local.get $len))))

;; The codes that lengths stand for (RFC 1951, 3.2.2), of a multiple of four symbols. Those of
;; symbols that have none mean nothing.
(func $set_codes (param $lens i32) (param $symbols i32) (param $limit i32) (param $codes i32)
  (local $len i32)
  (local $code i32)
  (local $at i32)
  (local $ptr i32)
  (local $lane i32)
  (local $end i32)
  (local $four v128)
  ;; len_counts become the first code of each length, which begins at the highest of 16 bits.
  (i32.store (global.get $LEN_COUNTS) (i32.const 0))
  (local.set $at (global.get $LEN_COUNTS))
  (loop $next_len
    (local.set $len (i32.add (local.get $len) (i32.const 1)))
    (local.set $at (i32.add (local.get $at) (i32.const 4)))
    (local.set $lane (i32.load (local.get $at)))
    (i32.store (local.get $at) (local.get $code))
    (local.set $code
      (i32.add
        (local.get $code)
        (i32.mul
          (local.get $lane)
          (i32.shr_u (i32.const 0x10000) (local.get $len)))))
    (br_if $next_len (i32.lt_u (local.get $len) (local.get $limit))))
  (local.set $ptr (local.get $lens))
  (local.set $end (i32.add (local.get $lens) (local.get $symbols)))
  (local.set $at (local.get $codes))
  (loop $next_4
    (if (i32.load (local.get $ptr))
      (then
        (local.set $lane (i32.const 0))
        (loop $symbol!
          (local.set $len (i32.load8_u (call $at! (local.get $ptr) (local.get $lane))))
          (local.set $code
            (i32.load
              (call $at! (i32.shl (local.get $len) (i32.const 2)) (global.get $LEN_COUNTS))))
          (i32.store
            (call $at! (i32.shl (local.get $len) (i32.const 2)) (global.get $LEN_COUNTS))
            (i32.add
              (local.get $code)
              (i32.shr_u (i32.const 0x10000) (local.get $len))))
          (i32.store
            (call $at! (local.get $at) (i32.shl (local.get $lane) (i32.const 2)))
            (local.get $code))
          (local.set $lane (i32.add (local.get $lane) (i32.const 1)))
          (br_if $symbol! (i32.lt_u (local.get $lane) (i32.const 4))))))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 4)))
    (br_if $next_4 (i32.lt_u (local.get $ptr) (local.get $end))))
  ;; Nibbles of all are reversed, and change places; bytes do, and have the length below them.
  (local.set $ptr (local.get $lens))
  (local.set $at (local.get $codes))
  (loop $next_4_reversed
    (local.set $four (v128.load (local.get $at)))
    (local.set $four
      (v128.or
        (i8x16.swizzle
          (v128.const i32x4 0xc0408000 0xe060a020 0xd0509010 0xf070b030)
          (v128.and (local.get $four) (i8x16.splat (i32.const 0x0f))))
        (i8x16.swizzle
          (v128.const i8x16 0 8 4 12 2 10 6 14 1 9 5 13 3 11 7 15)
          (v128.and
            (i16x8.shr_u (local.get $four) (i32.const 4))
            (i8x16.splat (i32.const 0x0f))))))
    (v128.store
      (local.get $at)
      (i8x16.shuffle 16 1 0 2 17 5 4 6 18 9 8 10 19 13 12 14
        (local.get $four)
        (v128.load32_zero (local.get $ptr))))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 4)))
    (br_if $next_4_reversed (i32.lt_u (local.get $ptr) (local.get $end)))))

;; Zeroes $len bytes from $ptr on, of which there are some and a multiple of 16.
(func $clear (param $ptr i32) (param $len i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (loop $next_16
    (v128.store (local.get $ptr) (v128.const i64x2 0 0))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
    (br_if $next_16 (i32.lt_u (local.get $ptr) (local.get $end)))))
