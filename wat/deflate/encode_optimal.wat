;; ---- levels 10 to 12: the cheapest way through all matches

;; A stretch of text is taken at a time. Binary trees (as of LZMA) give for each place of it the
;; nearest match of each length. What its symbols cost is estimated, the cheapest way from each
;; place to the end is found from the end on, and its symbols give the next estimate.

;; How long a stretch is, and how many matches of it are kept, for each place on average.
(global $STRETCH i32 (i32.const 32768))
(global $KEPT    i32 (i32.const 8))

;; The bits by which the trees' roots and the places of three bytes are indexed.
(global $ROOT_BITS i32 (i32.const 16))
(global $NEAR_BITS i32 (i32.const 14))

;; Offsets in work memory: costs in 1/16 bit of literals, lengths and distances, then the trees.
(global $LENGTH_COSTS   i32 (i32.const 1024))
(global $DISTANCE_COSTS i32 (i32.const 2064))
(global $ROOTS          i32 (i32.const 2192))

;; Layout step
;;   offset  size  field  meaning
;;        0     4  cost   u32: from this place to the end of the stretch, in 1/16 bit
;;        4     4  item   u32: the length of the match << 16 and its distance; 0 for a literal
(global $STEP_SIZE i32 (i32.const 8))

;; How often the cost is estimated.
(global $passes (mut i32) (i32.const 0))

;; Where things are in work memory: u32 each of the nodes that trees begin with, of the last places
;; of three bytes, and two for each of the low 15 bits of an address: what is below it.
(global $work  (mut i32) (i32.const 0))
(global $roots (mut i32) (i32.const 0))
(global $root_mask (mut i32) (i32.const 0))
(global $nears (mut i32) (i32.const 0))
(global $near_mask (mut i32) (i32.const 0))
(global $nodes (mut i32) (i32.const 0))
(global $steps (mut i32) (i32.const 0))
(global $matches (mut i32) (i32.const 0))
(global $matches_end (mut i32) (i32.const 0))

;; How many bytes the trees take, for $len bytes of input: roots, places of three bytes, nodes.
(func $trees_size! (param $len i32) (result i32)
  (i32.add
    (i32.add
      (i32.shl (i32.const 4) (call $table_bits! (local.get $len) (global.get $ROOT_BITS)))
      (i32.shl (i32.const 4) (call $table_bits! (local.get $len) (global.get $NEAR_BITS))))
    (i32.const 262144)))

;; How many bytes the matches of a stretch take, for $len bytes of input.
(func $matches_size! (param $len i32) (result i32)
  (i32.mul
    (i32.add (call $lesser! (local.get $len) (global.get $STRETCH)) (i32.const 64))
    (i32.shl (i32.add (global.get $KEPT) (i32.const 1)) (i32.const 2))))

;; How many bytes of work memory these levels need.
(func $optimal_size! (param $len i32) (result i32)
  (i32.add
    (i32.add
      (i32.add (global.get $ROOTS) (call $trees_size! (local.get $len)))
      (call $matches_size! (local.get $len)))
    (i32.add
      (i32.shl
        (i32.add (call $lesser! (local.get $len) (global.get $STRETCH)) (i32.const 1))
        (i32.const 3))
      (call $tokens_size! (local.get $len)))))

;; The node of $ptr: two u32, what is less below it and what is greater.
(func $node! (param $ptr i32) (result i32)
  (i32.add
    (global.get $nodes)
    (i32.shl (i32.and (local.get $ptr) (i32.const 0x7fff)) (i32.const 3))))

;; Puts $here into its tree, and what it matches to $match: matches of three bytes and more, each
;; longer than the one before, up to $most bytes. Where the next match goes. Four bytes at $here are
;; there. Nothing is found where $most is 0.
(func $grow
  (param $here i32) (param $window i32) (param $most i32) (param $match i32) (result i32)
  (local $bytes i32)
  (local $place i32)
  (local $before i32)
  (local $lowest i32)
  (local $less i32)     ;; where the next that is less goes
  (local $greater i32)  ;; and the next that is greater
  (local $less_len i32) ;; how much of those is as at $here
  (local $greater_len i32)
  (local $len i32)
  (local $best_len i32)
  (local $longest i32)
  (local $nice i32)
  (local $tries i32)
  (local $node i32)
  (local.set $bytes (i32.load (local.get $here)))
  ;; The node that is 32 KiB back is this one.
  (local.set $lowest
    (call $window_start! (local.get $here) (local.get $window)))
  (if (i32.eq (i32.sub (local.get $here) (local.get $lowest)) (global.get $WINDOW))
    (then (local.set $lowest (i32.add (local.get $lowest) (i32.const 1)))))
  (local.set $longest
    (call $lesser!
      (i32.sub (global.get $text_end) (local.get $here))
      (global.get $LONGEST_MATCH)))
  (local.set $nice (call $lesser! (global.get $nice) (local.get $longest)))
  (local.set $best_len (i32.const 2))
  (local.set $place
    (i32.add
      (global.get $nears)
      (i32.and
        (i32.shr_u (i32.mul (local.get $bytes) (global.get $SPREAD_3)) (i32.const 14))
        (global.get $near_mask))))
  (local.set $before (i32.load (local.get $place)))
  (i32.store (local.get $place) (local.get $here))
  (if
    (i32.and
      (i32.ge_u (local.get $before) (local.get $lowest))
      (i32.ge_u (local.get $most) (i32.const 3)))
    (then
      (if
        (i32.eqz
          (i32.shl
            (i32.xor (i32.load (local.get $before)) (local.get $bytes))
            (i32.const 8)))
        (then
          (i32.store
            (local.get $match)
            (i32.or
              (i32.const 0x30000)
              (i32.sub (local.get $here) (local.get $before))))
          (local.set $match (i32.add (local.get $match) (i32.const 4)))
          (local.set $best_len (i32.const 3))))))
  (local.set $place
    (i32.add
      (global.get $roots)
      (i32.and
        (i32.shr_u (i32.mul (local.get $bytes) (global.get $SPREAD_4)) (i32.const 14))
        (global.get $root_mask))))
  (local.set $before (i32.load (local.get $place)))
  (i32.store (local.get $place) (local.get $here))
  (local.set $less (call $node! (local.get $here)))
  (local.set $greater (i32.add (local.get $less) (i32.const 4)))
  (local.set $tries (global.get $depth))
  (block $leaf
    (loop $next_node
      (br_if $leaf (i32.lt_u (local.get $before) (local.get $lowest)))
      (br_if $leaf (i32.eqz (local.get $tries)))
      (local.set $tries (i32.sub (local.get $tries) (i32.const 1)))
      (local.set $node (call $node! (local.get $before)))
      (if
        (i32.eq
          (i32.load8_u (i32.add (local.get $before) (local.get $len)))
          (i32.load8_u (i32.add (local.get $here) (local.get $len))))
        (then
          (local.set $len
            (call $match_len!
              (local.get $here)
              (local.get $before)
              (i32.add (local.get $len) (i32.const 1))
              (global.get $text_end)))
          (if (i32.gt_u (call $lesser! (local.get $len) (local.get $most)) (local.get $best_len))
            (then
              (local.set $best_len (call $lesser! (local.get $len) (local.get $most)))
              (i32.store
                (local.get $match)
                (i32.or
                  (i32.shl (local.get $best_len) (i32.const 16))
                  (i32.sub (local.get $here) (local.get $before))))
              (local.set $match (i32.add (local.get $match) (i32.const 4)))))
          (if (i32.ge_u (local.get $len) (local.get $nice))
            (then
              ;; It takes the place of what is as good.
              (i32.store (local.get $less) (i32.load (local.get $node)))
              (i32.store (local.get $greater) (i32.load offset=4 (local.get $node)))
              (return (local.get $match))))))
      (if
        (i32.lt_u
          (i32.load8_u (i32.add (local.get $before) (local.get $len)))
          (i32.load8_u (i32.add (local.get $here) (local.get $len))))
        (then
          (i32.store (local.get $less) (local.get $before))
          (local.set $less (i32.add (local.get $node) (i32.const 4)))
          (local.set $before (i32.load (local.get $less)))
          (local.set $less_len (local.get $len)))
        (else
          (i32.store (local.get $greater) (local.get $before))
          (local.set $greater (local.get $node))
          (local.set $before (i32.load (local.get $greater)))
          (local.set $greater_len (local.get $len))))
      (local.set $len (call $lesser! (local.get $less_len) (local.get $greater_len)))
      (br $next_node)))
  (i32.store (local.get $less) (i32.const 0))
  (i32.store (local.get $greater) (i32.const 0))
  (local.get $match))

;; Parses [$here, $end), with matches that reach back to $window. Where the next token goes, or 0
;; where a block had no room.
(func $parse_optimal
  (param $window i32) (param $here i32) (param $end i32) (param $work_ptr i32) (result i32)
  (local $len i32)
  (local $token i32)
  (local $stretch_end i32)
  (local $pass i32)
  (local.set $len (i32.sub (local.get $end) (local.get $window)))
  (global.set $work (local.get $work_ptr))
  (global.set $roots (i32.add (local.get $work_ptr) (global.get $ROOTS)))
  (global.set $root_mask
    (i32.sub
      (i32.shl (i32.const 4) (call $table_bits! (local.get $len) (global.get $ROOT_BITS)))
      (i32.const 4)))
  (global.set $nears
    (i32.add (i32.add (global.get $roots) (global.get $root_mask)) (i32.const 4)))
  (global.set $near_mask
    (i32.sub
      (i32.shl (i32.const 4) (call $table_bits! (local.get $len) (global.get $NEAR_BITS)))
      (i32.const 4)))
  (global.set $nodes
    (i32.add (i32.add (global.get $nears) (global.get $near_mask)) (i32.const 4)))
  (call $clear (global.get $roots) (i32.sub (global.get $nodes) (global.get $roots)))
  (global.set $steps (i32.add (global.get $nodes) (i32.const 262144)))
  (global.set $matches
    (i32.add
      (global.get $steps)
      (i32.shl
        (i32.add (call $lesser! (local.get $len) (global.get $STRETCH)) (i32.const 1))
        (i32.const 3))))
  (local.set $token
    (i32.add (global.get $matches) (call $matches_size! (local.get $len))))
  ;; With less room than this, there may be none for what a place matches.
  (global.set $matches_end (i32.sub (local.get $token) (i32.const 1200)))
  (global.set $text_end (local.get $end))
  (call $begin_blocks (local.get $here) (local.get $token))
  (call $guess_costs)
  ;; The history is in the trees from the start.
  (block $known
    (loop $next_known
      (br_if $known (i32.ge_u (local.get $window) (local.get $here)))
      (br_if $known
        (i32.lt_u (i32.sub (local.get $end) (local.get $window)) (i32.const 4)))
      (drop
        (call $grow
          (local.get $window)
          (i32.sub (local.get $end) (local.get $len))
          (i32.const 0)
          (global.get $matches)))
      (local.set $window (i32.add (local.get $window) (i32.const 1)))
      (br $next_known)))
  (local.set $window (i32.sub (local.get $end) (local.get $len)))
  (loop $next_stretch
    (local.set $stretch_end
      (i32.add
        (local.get $here)
        (call $lesser! (i32.sub (local.get $end) (local.get $here)) (global.get $STRETCH))))
    (local.set $len
      (call $find_matches (local.get $here) (local.get $stretch_end) (local.get $window)))
    (local.set $pass (global.get $passes))
    (loop $next_pass
      (call $find_way (local.get $here) (local.get $stretch_end) (local.get $len))
      (call $clear (global.get $CHUNK_COUNTS) (i32.const 1280))
      (call $count_way (local.get $here) (local.get $stretch_end))
      (call $estimate)
      (local.set $pass (i32.sub (local.get $pass) (i32.const 1)))
      (br_if $next_pass (local.get $pass)))
    (call $clear (global.get $CHUNK_COUNTS) (i32.const 1280))
    (local.set $token
      (call $take_way (local.get $here) (local.get $stretch_end) (local.get $token)))
    (if (i32.eqz (local.get $token)) (then (return (i32.const 0))))
    (local.set $here (local.get $stretch_end))
    (br_if $next_stretch (i32.ne (local.get $here) (local.get $end))))
  (local.get $token))

;; Notes the matches of each place of [$here, $end), and behind them how many they are. Where that
;; ends.
(func $find_matches
  (param $here i32) (param $end i32) (param $window i32) (result i32)
  (local $match i32)
  (local $first i32)
  (local $most i32)
  (local $skip i32)  ;; up to where a long match goes: there is nothing better in it
  (local.set $match (global.get $matches))
  (loop $next_place
    (local.set $first (local.get $match))
    (if (i32.ge_u (i32.sub (global.get $text_end) (local.get $here)) (i32.const 4))
      (then
        (local.set $most
          (call $lesser!
            (i32.sub (local.get $end) (local.get $here))
            (global.get $LONGEST_MATCH)))
        (if
          (i32.or
            (i32.lt_u (local.get $here) (local.get $skip))
            (i32.gt_u (local.get $match) (global.get $matches_end)))
          (then (local.set $most (i32.const 0))))
        (local.set $match
          (call $grow
            (local.get $here) (local.get $window) (local.get $most) (local.get $match)))
        (if (i32.ne (local.get $match) (local.get $first))
          (then
            (local.set $most
              (i32.shr_u
                (i32.load (i32.sub (local.get $match) (i32.const 4)))
                (i32.const 16)))
            (if (i32.ge_u (local.get $most) (global.get $nice))
              (then (local.set $skip (i32.add (local.get $here) (local.get $most)))))))))
    (i32.store
      (local.get $match)
      (i32.shr_u (i32.sub (local.get $match) (local.get $first)) (i32.const 2)))
    (local.set $match (i32.add (local.get $match) (i32.const 4)))
    (local.set $here (i32.add (local.get $here) (i32.const 1)))
    (br_if $next_place (i32.ne (local.get $here) (local.get $end))))
  (local.get $match))

;; Finds the cheapest way from each place of [$here, $end) to its end, by the costs and the matches,
;; which end at $match.
(func $find_way (param $here i32) (param $end i32) (param $match i32)
  (local $step i32)
  (local $first i32)  ;; match of the place
  (local $cost i32)
  (local $best i32)
  (local $item i32)
  (local $length i32)
  (local $longest i32)
  (local $distance_cost i32)
  (local $word i32)
  (local $lengths i32)
  (local.set $lengths (i32.add (global.get $work) (global.get $LENGTH_COSTS)))
  (local.set $step
    (i32.add
      (global.get $steps)
      (i32.shl (i32.sub (local.get $end) (local.get $here)) (i32.const 3))))
  (i64.store (local.get $step) (i64.const 0))
  (loop $next_place
    (local.set $step (i32.sub (local.get $step) (global.get $STEP_SIZE)))
    (local.set $end (i32.sub (local.get $end) (i32.const 1)))
    (local.set $best
      (i32.add
        (i32.load offset=8 (local.get $step))
        (i32.load (call $word! (global.get $work) (i32.load8_u (local.get $end))))))
    (local.set $item (i32.const 0))
    (local.set $match (i32.sub (local.get $match) (i32.const 4)))
    (local.set $word (local.get $match))
    (local.set $first
      (i32.sub
        (local.get $match)
        (i32.shl (i32.load (local.get $match)) (i32.const 2))))
    (local.set $match (local.get $first))
    (local.set $length (i32.const 3))
    (block $no_more
      (loop $next_match
        (br_if $no_more (i32.eq (local.get $match) (local.get $word)))
        (local.set $longest (i32.load (local.get $match)))
        (local.set $distance_cost
          (i32.load
            (call $word!
              (i32.add (global.get $work) (global.get $DISTANCE_COSTS))
              (call $distance_symbol!
                (i32.and (local.get $longest) (i32.const 0xffff))))))
        (loop $next_length
          (local.set $cost
            (i32.add
              (i32.add
                (local.get $distance_cost)
                (i32.load (call $word! (local.get $lengths) (local.get $length))))
              (i32.load
                (i32.add
                  (local.get $step)
                  (i32.shl (local.get $length) (i32.const 3))))))
          (if (i32.lt_u (local.get $cost) (local.get $best))
            (then
              (local.set $best (local.get $cost))
              (local.set $item
                (i32.or
                  (i32.shl (local.get $length) (i32.const 16))
                  (i32.and (local.get $longest) (i32.const 0xffff))))))
          (local.set $length (i32.add (local.get $length) (i32.const 1)))
          (br_if $next_length
            (i32.le_u
              (local.get $length)
              (i32.shr_u (local.get $longest) (i32.const 16)))))
        (local.set $match (i32.add (local.get $match) (i32.const 4)))
        (br $next_match)))
    (local.set $match (local.get $first))
    (i32.store (local.get $step) (local.get $best))
    (i32.store offset=4 (;ITEM;) (local.get $step) (local.get $item))
    (br_if $next_place (i32.ne (local.get $end) (local.get $here)))))

;; What the way has at $here, of a stretch that begins at $start.
(func $item! (param $start i32) (param $here i32) (result i32)
  (i32.load offset=4 (;ITEM;)
    (i32.add
      (global.get $steps)
      (i32.shl (i32.sub (local.get $here) (local.get $start)) (i32.const 3)))))

;; Counts the symbols of the way.
(func $count_way (param $start i32) (param $end i32)
  (local $here i32)
  (local $item i32)
  (local.set $here (local.get $start))
  (loop $next_item
    (local.set $item (call $item! (local.get $start) (local.get $here)))
    (if (local.get $item)
      (then
        (drop
          (call $count_match!
            (i32.shr_u (local.get $item) (i32.const 16))
            (i32.and (local.get $item) (i32.const 0xffff))))
        (local.set $here
          (i32.add (local.get $here) (i32.shr_u (local.get $item) (i32.const 16)))))
      (else
        (call $count_literal! (local.get $here))
        (local.set $here (i32.add (local.get $here) (i32.const 1)))))
    (br_if $next_item (i32.ne (local.get $here) (local.get $end)))))

;; Makes tokens of the way, and ends chunks. Where the next token goes, or 0 where a block had no
;; room.
(func $take_way (param $start i32) (param $end i32) (param $token i32) (result i32)
  (local $here i32)
  (local $item i32)
  (local $literals i32)
  (local $chunk_end i32)
  (local.set $here (local.get $start))
  (local.set $literals (local.get $start))
  (local.set $chunk_end (i32.add (local.get $start) (global.get $CHUNK)))
  (loop $next_item
    (local.set $item (call $item! (local.get $start) (local.get $here)))
    (if (local.get $item)
      (then
        (local.set $token
          (call $token!
            (local.get $token)
            (i32.sub (local.get $here) (local.get $literals))
            (call $count_match!
              (i32.shr_u (local.get $item) (i32.const 16))
              (i32.and (local.get $item) (i32.const 0xffff)))))
        (local.set $here
          (i32.add (local.get $here) (i32.shr_u (local.get $item) (i32.const 16))))
        (local.set $literals (local.get $here)))
      (else
        (call $count_literal! (local.get $here))
        (local.set $here (i32.add (local.get $here) (i32.const 1)))))
    (if
      (i32.or
        (i32.ge_u (local.get $here) (local.get $chunk_end))
        (i32.eq (local.get $here) (local.get $end)))
      (then
        (if (i32.ne (local.get $here) (local.get $literals))
          (then
            (local.set $token
              (call $token!
                (local.get $token)
                (i32.sub (local.get $here) (local.get $literals))
                (i32.const 0)))))
        (local.set $literals (local.get $here))
        (local.set $token (call $end_chunk (local.get $here) (local.get $token)))
        (if (i32.eqz (local.get $token)) (then (return (i32.const 0))))
        (local.set $chunk_end (i32.add (local.get $here) (global.get $CHUNK)))))
    (br_if $next_item (i32.ne (local.get $here) (local.get $end))))
  (local.get $token))

;; Costs before anything is known: so many counts of each symbol as are usual in text.
(func $guess_costs
  (local $symbol i32)
  (loop $next_literal
    (i32.store
      (call $word! (global.get $CHUNK_COUNTS) (local.get $symbol))
      (select
        (i32.const 40)
        (i32.const 4)
        (i32.lt_u (i32.sub (local.get $symbol) (i32.const 32)) (i32.const 96))))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
    (br_if $next_literal (i32.lt_u (local.get $symbol) (i32.const 257))))
  (loop $next_length
    (i32.store
      (call $word! (global.get $CHUNK_COUNTS) (local.get $symbol))
      (i32.div_u
        (i32.const 2400)
        (i32.sub (local.get $symbol) (i32.const 254))))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
    (br_if $next_length (i32.lt_u (local.get $symbol) (i32.const 286))))
  (local.set $symbol (i32.const 288))
  (loop $next_distance
    (i32.store (call $word! (global.get $CHUNK_COUNTS) (local.get $symbol)) (i32.const 32))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
    (br_if $next_distance (i32.lt_u (local.get $symbol) (i32.const 318))))
  (call $estimate)
  (call $clear (global.get $CHUNK_COUNTS) (i32.const 1280)))

;; 16 log2 of a number that is not 0.
(func $log2_16! (param $number i32) (result f32)
  (f32.div
    (f32.mul
      (f32x4.extract_lane 0
        (call $x_log2_x! (f32x4.splat (f32.convert_i32_u (local.get $number)))))
      (f32.const 16))
    (f32.convert_i32_u (local.get $number))))

;; How many of the symbols from $at to $end the chunk has, and one: u32 each.
(func $count_sum (param $at i32) (param $end i32) (result i32)
  (local $sum i32)
  (loop $next_symbol
    (local.set $sum
      (i32.add
        (local.get $sum)
        (i32.load (call $word! (global.get $CHUNK_COUNTS) (local.get $at)))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br_if $next_symbol (i32.ne (local.get $at) (local.get $end))))
  (i32.add (local.get $sum) (i32.const 1)))

;; What a symbol of the chunk costs where $all is 16 log2 of all of them: 16 log2 (all / count), and
;; at least a bit. One that there is not costs as if there were half a one.
(func $cost! (param $symbol i32) (param $all f32) (result i32)
  (local $count i32)
  (local.set $count (i32.load (call $word! (global.get $CHUNK_COUNTS) (local.get $symbol))))
  (call $greater!
    (i32.trunc_sat_f32_u
      (f32.add
        (f32.sub
          (local.get $all)
          (call $log2_16!
            (select (local.get $count) (i32.const 1) (local.get $count))))
        (select (f32.const 0) (f32.const 16) (local.get $count))))
    (i32.const 16)))

;; Costs by what the chunk has of each symbol.
(func $estimate
  (local $symbol i32)
  (local $length i32)
  (local $all f32)
  (local.set $all (call $log2_16! (call $count_sum (i32.const 0) (i32.const 286))))
  (loop $next_literal
    (i32.store
      (call $word! (global.get $work) (local.get $symbol))
      (call $cost! (local.get $symbol) (local.get $all)))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
    (br_if $next_literal (i32.lt_u (local.get $symbol) (i32.const 256))))
  (local.set $length (i32.const 3))
  (loop $next_length
    (local.set $symbol (call $length_symbol! (local.get $length)))
    (i32.store
      (call $word!
        (i32.add (global.get $work) (global.get $LENGTH_COSTS))
        (local.get $length))
      (i32.add
        (call $cost! (i32.add (local.get $symbol) (i32.const 257)) (local.get $all))
        (i32.shl (call $length_extra! (local.get $symbol)) (i32.const 4))))
    (local.set $length (i32.add (local.get $length) (i32.const 1)))
    (br_if $next_length (i32.le_u (local.get $length) (i32.const 258))))
  (local.set $all (call $log2_16! (call $count_sum (i32.const 288) (i32.const 318))))
  (local.set $symbol (i32.const 0))
  (loop $next_distance
    (i32.store
      (call $word!
        (i32.add (global.get $work) (global.get $DISTANCE_COSTS))
        (local.get $symbol))
      (i32.add
        (call $cost! (i32.add (local.get $symbol) (i32.const 288)) (local.get $all))
        (i32.shl (call $distance_extra! (local.get $symbol)) (i32.const 4))))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
    (br_if $next_distance (i32.lt_u (local.get $symbol) (i32.const 30)))))
