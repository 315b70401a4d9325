;; ---- levels 2 to 9: hash chains

;; Multipliers for four bytes and for three.
(global $SPREAD_4 i32 (i32.const 0x1e35a7bd))
(global $SPREAD_3 i32 (i32.const 0x9e377900))

;; A match of three bytes that is further away costs more than its literals.
(global $NEAR i32 (i32.const 4096))

;; How many links of a chain are followed, how long a match has to be to be taken as it is, and how
;; many places behind a match are looked at for a better one (0, 1 or 2); or how often costs are
;; estimated.
(global $depth (mut i32) (i32.const 0))
(global $nice  (mut i32) (i32.const 0))
(global $lazy  (mut i32) (i32.const 0))

;; The heads of chains of four bytes and of three, and what makes offsets into them of hashes.
(global $heads       (mut i32) (i32.const 0))
(global $head_mask   (mut i32) (i32.const 0))
(global $short_heads (mut i32) (i32.const 0))
(global $short_mask  (mut i32) (i32.const 0))
(global $text_end    (mut i32) (i32.const 0))

(func $set_effort! (param $depth i32) (param $nice i32) (param $lazy i32) (param $passes i32)
  (global.set $depth (local.get $depth))
  (global.set $nice (local.get $nice))
  (global.set $lazy (local.get $lazy))
  (global.set $passes (local.get $passes)))

;; Sets them for a level from 2 on, as libdeflate has them; but for level 6, which makes streams as
;; short with fewer links, of chains that are rarer.
(func $effort (param $level i32)
  (block $12
    (block $11
      (block $10
        (block $9
          (block $8
            (block $7
              (block $6
                (block $5
                  (block $4
                    (block $3
                      (block $2
                        (br_table $2 $3 $4 $5 $6 $7 $8 $9 $10 $11 $12
                          (i32.sub (local.get $level) (i32.const 2))))
                      (call $set_effort! (i32.const 6) (i32.const 10) (i32.const 0) (i32.const 0))
                      (return))
                    (call $set_effort! (i32.const 12) (i32.const 14) (i32.const 0) (i32.const 0))
                    (return))
                  (call $set_effort! (i32.const 16) (i32.const 30) (i32.const 0) (i32.const 0))
                  (return))
                (call $set_effort! (i32.const 16) (i32.const 30) (i32.const 1) (i32.const 0))
                (return))
              (call $set_effort! (i32.const 15) (i32.const 48) (i32.const 1) (i32.const 0))
              (return))
            (call $set_effort! (i32.const 100) (i32.const 130) (i32.const 1) (i32.const 0))
            (return))
          (call $set_effort! (i32.const 300) (i32.const 258) (i32.const 2) (i32.const 0))
          (return))
        (call $set_effort! (i32.const 600) (i32.const 258) (i32.const 2) (i32.const 0))
        (return))
      (call $set_effort! (i32.const 35) (i32.const 75) (i32.const 0) (i32.const 2))
      (return))
    (call $set_effort! (i32.const 100) (i32.const 150) (i32.const 0) (i32.const 3))
    (return))
  (call $set_effort! (i32.const 300) (i32.const 258) (i32.const 0) (i32.const 4)))

;; Where the head of the chain of four bytes stands.
(func $head! (param $heads i32) (param $mask i32) (param $bytes i32) (result i32)
  (i32.add
    (local.get $heads)
    (i32.and
      (i32.shr_u (i32.mul (local.get $bytes) (global.get $SPREAD_4)) (i32.const 15))
      (local.get $mask))))

;; The same of the low three bytes.
(func $short_head! (param $heads i32) (param $mask i32) (param $bytes i32) (result i32)
  (i32.add
    (local.get $heads)
    (i32.and
      (i32.shr_u (i32.mul (local.get $bytes) (global.get $SPREAD_3)) (i32.const 15))
      (local.get $mask))))

;; How far before $here the entry at $place says that something stands: 1 to 65535.
(func $entry_distance! (param $here i32) (param $place i32) (result i32)
  (i32.and (i32.sub (local.get $here) (i32.load16_u (local.get $place))) (i32.const 0xffff)))

;; Where the link of what stands at $ptr is: how far before it the next of its chain stands.
(func $link! (param $ptr i32) (result i32)
  (i32.and (i32.shl (local.get $ptr) (i32.const 1)) (i32.const 0xfffe)))

;; Looks along a chain from $place on for what the bytes at $here match longer than $best_len, which
;; are three at least. The chain is of the four bytes at $here + $offset, so that what stands in it
;; belongs to a match that begins $offset before; none begins before $lowest. $waits halves the way
;; as many times. How long the longest match is then, and how far back.
(func $search!
  (param $here i32) (param $place i32) (param $offset i32) (param $lowest i32)
  (param $best_len i32) (param $best_distance i32) (param $waits i32)
  (result i32 i32)
  (local $bytes i32)       ;; the four at $here
  (local $tail i32)        ;; the last four of a match longer by one than the best
  (local $before i32)      ;; what is compared
  (local $distance i32)    ;; to the next link
  (local $tries i32)
  (local $len i32)
  (local $other i32)       ;; where the chain of $tail begins
  (local.set $bytes (i32.load (local.get $here)))
  (local.set $tail
    (i32.load
      (i32.add (local.get $here) (i32.sub (local.get $best_len) (i32.const 3)))))
  (local.set $tries (i32.shr_u (global.get $depth) (local.get $waits)))
  (local.set $lowest (i32.add (local.get $lowest) (local.get $offset)))
  (loop $next_link
    (local.set $distance
      (i32.load16_u offset=40960 (;LINKS;)
        (call $link! (local.get $place))))
    (local.set $before (i32.sub (local.get $place) (local.get $offset)))
    (if
      (i32.eq
        (i32.load
          (i32.sub
            (i32.add (local.get $before) (local.get $best_len))
            (i32.const 3)))
        (local.get $tail))
      (then
        (if (i32.eq (i32.load (local.get $before)) (local.get $bytes))
          (then
            (local.set $len
              (call $match_len!
                (local.get $here)
                (local.get $before)
                (i32.const 4)
                (global.get $text_end)))
            (if (i32.gt_u (local.get $len) (local.get $best_len))
              (then
                (local.set $best_len (local.get $len))
                (local.set $best_distance (i32.sub (local.get $here) (local.get $before)))
                (if
                  (i32.ge_u
                    (local.get $len)
                    (call $lesser!
                      (global.get $nice)
                      (i32.sub (global.get $text_end) (local.get $here))))
                  (then (return (local.get $best_len) (local.get $best_distance))))
                (local.set $tail
                  (i32.load
                    (i32.add
                      (local.get $here)
                      (i32.sub (local.get $len) (i32.const 3)))))
                ;; What is longer still has these four bytes too. Where their chain begins behind
                ;; the next of this one, all between is left out.
                (local.set $len (i32.sub (local.get $len) (i32.const 3)))
                (local.set $other
                  (i32.sub
                    (i32.add (local.get $here) (local.get $len))
                    (call $entry_distance!
                      (i32.add (local.get $here) (local.get $len))
                      (call $head!
                        (global.get $heads) (global.get $head_mask) (local.get $tail)))))
                (if
                  (i32.lt_s
                    (i32.sub (local.get $other) (local.get $len))
                    (i32.sub
                      (i32.sub (local.get $place) (local.get $distance))
                      (local.get $offset)))
                  (then
                    (local.set $lowest
                      (i32.add (local.get $lowest) (i32.sub (local.get $len) (local.get $offset))))
                    (local.set $offset (local.get $len))
                    (local.set $place (local.get $other))
                    (local.set $distance (i32.const 0))))))))))
    (local.set $place (i32.sub (local.get $place) (local.get $distance)))
    (if (i32.ge_u (local.get $place) (local.get $lowest))
      (then
        (local.set $tries (i32.sub (local.get $tries) (i32.const 1)))
        (br_if $next_link (i32.gt_s (local.get $tries) (i32.const 0))))))
  (local.get $best_len)
  (local.get $best_distance))

;; Puts all places of [$ptr, $end) into the chains of four bytes.
(func $know_chains (param $ptr i32) (param $end i32)
  (local $heads i32)
  (local $mask i32)
  (local $place i32)
  (local $next i32)
  (local.set $heads (global.get $heads))
  (local.set $mask (global.get $head_mask))
  (block $done
    (br_if $done (i32.ge_u (local.get $ptr) (local.get $end)))
    ;; So many at a time, of which the last may not belong to them: how many there are, no one
    ;; foresees. Those are linked, and are no heads; they are linked again when they are known.
    (if
      (i32.le_u
        (local.get $end)
        (i32.sub (global.get $text_end) (i32.const 7)))
      (then
        (loop $next_few
          (local.set $next (i32.const 0))
          (loop $place!
            (local.set $place
              (call $head!
                (local.get $heads)
                (local.get $mask)
                (i32.load (call $at! (local.get $ptr) (local.get $next)))))
            (i32.store16 offset=40960 (;LINKS;)
              (call $link! (i32.add (local.get $ptr) (local.get $next)))
              (i32.sub
                (i32.add (local.get $ptr) (local.get $next))
                (i32.load16_u (local.get $place))))
            (i32.store16
              (select
                (local.get $place)
                ;; Nothing reads what goes there.
                (call $word! (global.get $TALLIES) (local.get $next))
                (i32.lt_u (i32.add (local.get $ptr) (local.get $next)) (local.get $end)))
              (i32.add (local.get $ptr) (local.get $next)))
            (local.set $next (i32.add (local.get $next) (i32.const 1)))
            (br_if $place! (i32.lt_u (local.get $next) (i32.const 4))))
          (local.set $ptr (i32.add (local.get $ptr) (i32.const 4)))
          (br_if $next_few (i32.lt_u (local.get $ptr) (local.get $end))))
        (return)))
    (loop $next_place
      (local.set $place
        (call $head! (local.get $heads) (local.get $mask) (i32.load (local.get $ptr))))
      (i32.store16 offset=40960 (;LINKS;)
        (call $link! (local.get $ptr))
        (i32.sub (local.get $ptr) (i32.load16_u (local.get $place))))
      (i32.store16 (local.get $place) (local.get $ptr))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br_if $next_place (i32.lt_u (local.get $ptr) (local.get $end))))))

;; Parses [$here, $end), with matches that reach back to $window. Where the next token goes, or 0
;; where a block had no room.
(func $parse_chains
  (param $window i32) (param $here i32) (param $end i32) (param $work_ptr i32) (result i32)
  (local $heads i32)       ;; of the chains of four bytes
  (local $short_heads i32) ;; of three bytes; no chains
  (local $head_mask i32)   ;; of offsets into them
  (local $short_mask i32)
  (local $tables_len i32)  ;; of both
  (local $least i32)       ;; how long a match is at least
  (local $stop i32)        ;; where something else is to be done first
  (local $chunk_end i32)
  (local $sweep_at i32)
  (local $last i32)        ;; the last place that four bytes begin at
  (local $token i32)       ;; where the next goes
  (local $literals i32)    ;; where the literals of it begin
  (local $match_ptr i32)   ;; the match that waits for a better one,
  (local $match_len i32)   ;; or 0
  (local $match_distance i32)
  (local $waits i32)       ;; for how many places it has
  (local $bytes i32)       ;; the four at $here
  (local $place i32)
  (local $distance i32)    ;; of an entry, then of the next link
  (local $before i32)      ;; the first of a chain,
  (local $offset i32)      ;; which is of the four bytes so far behind $here
  (local $lowest i32)      ;; the first place that a match may begin at
  (local $best_len i32)
  (local $best_distance i32)
  (local $len i32)
  (local.set $len (i32.sub (local.get $end) (local.get $window)))
  (local.set $heads (local.get $work_ptr))
  (local.set $head_mask
    (i32.sub
      (i32.shl (i32.const 2) (call $table_bits! (local.get $len) (global.get $HEAD_BITS)))
      (i32.const 2)))
  (local.set $short_heads
    (i32.add (local.get $heads) (i32.add (local.get $head_mask) (i32.const 2))))
  (local.set $short_mask
    (i32.sub
      (i32.shl (i32.const 2) (call $table_bits! (local.get $len) (global.get $SHORT_BITS)))
      (i32.const 2)))
  (local.set $token
    (i32.add (local.get $short_heads) (i32.add (local.get $short_mask) (i32.const 2))))
  (local.set $tables_len (i32.sub (local.get $token) (local.get $heads)))
  (global.set $heads (local.get $heads))
  (global.set $head_mask (local.get $head_mask))
  (global.set $short_heads (local.get $short_heads))
  (global.set $short_mask (local.get $short_mask))
  (global.set $text_end (local.get $end))
  (call $begin_blocks (local.get $here) (local.get $token))
  (call $forget
    (local.get $heads)
    (local.get $tables_len)
    (local.get $here))
  (local.set $sweep_at (i32.add (local.get $here) (global.get $SWEEP)))
  (local.set $literals (local.get $here))
  (local.set $chunk_end (i32.add (local.get $here) (global.get $CHUNK)))
  (local.set $least (call $least_match (local.get $here) (local.get $end)))
  (local.set $last (i32.sub (local.get $end) (i32.const 4)))
  ;; The history is in the chains from the start.
  (local.set $match_ptr (local.get $window))
  (block $done
    (br_if $done (i32.lt_u (i32.sub (local.get $end) (local.get $window)) (i32.const 4)))
    (loop $next_place
      ;; What a match covers, or the history, goes into the chains. The first three bytes of a place
      ;; are known where a match is looked for, and nowhere else: putting all of them into the
      ;; table takes 2 to 5 % more time, and makes text 0.1 % shorter.
      (call $know_chains
        (local.get $match_ptr)
        (call $lesser! (local.get $here) (i32.add (local.get $last) (i32.const 1))))
      (loop $next_search
        (if (i32.ge_u (local.get $here) (local.get $stop))
          (then
            (br_if $done (i32.gt_u (local.get $here) (local.get $last)))
            (if
              (i32.and
                (i32.ge_u (local.get $here) (local.get $chunk_end))
                (i32.eqz (local.get $match_len)))
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
                (local.set $least (call $least_of_block))
                (local.set $chunk_end (i32.add (local.get $here) (global.get $CHUNK)))))
            (if (i32.ge_u (local.get $here) (local.get $sweep_at))
              (then
                (call $sweep
                  (local.get $heads)
                  (local.get $tables_len)
                  (local.get $here))
                (local.set $sweep_at (i32.add (local.get $here) (global.get $SWEEP)))))
            (local.set $stop
              (call $lesser!
                (call $lesser! (local.get $chunk_end) (local.get $sweep_at))
                (i32.add (local.get $last) (i32.const 1))))))
        (local.set $bytes (i32.load (local.get $here)))
        (local.set $place
          (call $head! (local.get $heads) (local.get $head_mask) (local.get $bytes)))
        (local.set $distance (call $entry_distance! (local.get $here) (local.get $place)))
        (i32.store16 (local.get $place) (local.get $here))
        (i32.store16 offset=40960 (;LINKS;)
          (call $link! (local.get $here))
          (local.get $distance))
        (local.set $lowest
          (call $window_start! (local.get $here) (local.get $window)))
        (local.set $best_distance (i32.const 0))
        (local.set $best_len
          (i32.sub
            (select (local.get $match_len) (local.get $least) (local.get $match_len))
            (i32.const 1)))
        (local.set $before (i32.sub (local.get $here) (local.get $distance)))
        (if (i32.eq (local.get $least) (i32.const 3))
          (then
            (local.set $place
              (call $short_head!
                (local.get $short_heads) (local.get $short_mask) (local.get $bytes)))
            (local.set $distance (call $entry_distance! (local.get $here) (local.get $place)))
            (i32.store16 (local.get $place) (local.get $here))
            (if (i32.lt_u (local.get $best_len) (i32.const 3))
              (then
                (local.set $best_len (i32.const 3))
                (if (i32.le_u (local.get $distance) (global.get $NEAR))
                  (then
                    (local.set $place (i32.sub (local.get $here) (local.get $distance)))
                    (if
                      (i32.and
                        (i32.ge_u (local.get $place) (local.get $lowest))
                        (i32.eqz
                          (i32.shl
                            (i32.xor (i32.load (local.get $place)) (local.get $bytes))
                            (i32.const 8))))
                      (then (local.set $best_distance (local.get $distance))))))))))
        ;; Where the best goes to the end, nothing is longer, and nothing is there to compare.
        (if (i32.lt_u (local.get $best_len) (i32.sub (local.get $end) (local.get $here)))
          (then
            ;; What is better than the match that waits has these four bytes too, at its end: the
            ;; chain that begins further back has less to compare.
            (local.set $offset (i32.const 0))
            (if (local.get $match_len)
              (then
                (local.set $len (i32.sub (local.get $best_len) (i32.const 3)))
                (local.set $place (i32.add (local.get $here) (local.get $len)))
                (local.set $place
                  (i32.sub
                    (local.get $place)
                    (call $entry_distance!
                      (local.get $place)
                      (call $head!
                        (local.get $heads)
                        (local.get $head_mask)
                        (i32.load (local.get $place))))))
                (if
                  (i32.lt_s
                    (i32.sub (local.get $place) (local.get $len))
                    (local.get $before))
                  (then
                    (local.set $before (local.get $place))
                    (local.set $offset (local.get $len))))))
            (if
              (i32.ge_u
                (i32.sub (local.get $before) (local.get $offset))
                (local.get $lowest))
              (then
                (call $search!
                  (local.get $here)
                  (local.get $before)
                  (local.get $offset)
                  (local.get $lowest)
                  (local.get $best_len)
                  (local.get $best_distance)
                  (local.get $waits))
                (local.set $best_distance)
                (local.set $best_len)))))
        (block $taken
          (if (local.get $match_len)
            (then
              (if (local.get $best_distance)
                (then
                  ;; Four bits a byte more, and what the distance saves.
                  (if
                    (i32.gt_s
                      (i32.add
                        (i32.shl
                          (i32.sub (local.get $best_len) (local.get $match_len))
                          (i32.const 2))
                        (i32.sub
                          (i32.clz (local.get $best_distance))
                          (i32.clz (local.get $match_distance))))
                      (i32.sub (i32.shl (local.get $waits) (i32.const 2)) (i32.const 2)))
                    (then
                      (loop $next_literal
                        (call $count_literal! (local.get $match_ptr))
                        (local.set $match_ptr (i32.add (local.get $match_ptr) (i32.const 1)))
                        (br_if $next_literal
                          (i32.lt_u (local.get $match_ptr) (local.get $here))))
                      (local.set $match_len (local.get $best_len))
                      (local.set $match_distance (local.get $best_distance))
                      (local.set $waits (i32.const 1))
                      (local.set $here (i32.add (local.get $here) (i32.const 1)))
                      (br_if $taken (i32.ge_u (local.get $best_len) (global.get $nice)))
                      (br $next_search)))))
              (local.set $here (i32.add (local.get $here) (i32.const 1)))
              (local.set $waits (i32.add (local.get $waits) (i32.const 1)))
              (br_if $next_search (i32.le_u (local.get $waits) (global.get $lazy))))
            (else
              (if (i32.eqz (local.get $best_distance))
                (then
                  (call $count_literal! (local.get $here))
                  (local.set $here (i32.add (local.get $here) (i32.const 1)))
                  (br $next_search)))
              (local.set $match_ptr (local.get $here))
              (local.set $match_len (local.get $best_len))
              (local.set $match_distance (local.get $best_distance))
              (local.set $waits (i32.const 1))
              (local.set $here (i32.add (local.get $here) (i32.const 1)))
              (br_if $taken (i32.ge_u (local.get $best_len) (global.get $nice)))
              (br_if $next_search (global.get $lazy)))))
        (local.set $token
          (call $token!
            (local.get $token)
            (i32.sub (local.get $match_ptr) (local.get $literals))
            (call $count_match! (local.get $match_len) (local.get $match_distance))))
        (local.set $literals (i32.add (local.get $match_ptr) (local.get $match_len)))
        ;; What is before $here is in the chains already.
        (local.set $match_ptr (local.get $here))
        (local.set $here (local.get $literals))
        (local.set $match_len (i32.const 0))
        (local.set $waits (i32.const 0))
        (br $next_place))))
  (if (local.get $match_len)
    (then
      (local.set $token
        (call $token!
          (local.get $token)
          (i32.sub (local.get $match_ptr) (local.get $literals))
          (call $count_match! (local.get $match_len) (local.get $match_distance))))
      (local.set $literals (i32.add (local.get $match_ptr) (local.get $match_len)))
      (local.set $here (local.get $literals))))
  (if (i32.ne (local.get $literals) (local.get $end))
    (then
      (call $count_literals (local.get $here) (local.get $end))
      (local.set $token
        (call $token!
          (local.get $token)
          (i32.sub (local.get $end) (local.get $literals))
          (i32.const 0)))))
  (local.get $token))

;; How long a match is to be at least, where so many different bytes are literals often enough: the
;; fewer there are, the less each takes.
(func $least_for! (param $used i32) (result i32)
  (local.set $used (i32.sub (local.get $used) (i32.const 1)))
  (i32.add
    (i32.add
      (i32.add (i32.const 3) (i32.lt_s (local.get $used) (i32.const 79)))
      (i32.add
        (i32.lt_s (local.get $used) (i32.const 44))
        (i32.lt_s (local.get $used) (i32.const 15))))
    (i32.add
      (i32.lt_s (local.get $used) (i32.const 9))
      (i32.add
        (i32.lt_s (local.get $used) (i32.const 7))
        (i32.lt_s (local.get $used) (i32.const 5))))))

;; The same of the bytes of [$ptr, $end).
(func $least_match (param $ptr i32) (param $end i32) (result i32)
  (local $used i32)
  (local $at i32)
  (if (i32.lt_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 512))
    (then (return (i32.const 3))))
  (if (i32.gt_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 2048))
    (then (local.set $end (i32.add (local.get $ptr) (i32.const 2048)))))
  (call $clear (global.get $TALLIES) (i32.const 256))
  (loop $next_byte
    (local.set $at (i32.add (global.get $TALLIES) (i32.load8_u (local.get $ptr))))
    (local.set $used (i32.add (local.get $used) (i32.eqz (i32.load8_u (local.get $at)))))
    (i32.store8 (local.get $at) (i32.const 1))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
    (br_if $next_byte (i32.lt_u (local.get $ptr) (local.get $end))))
  (call $least_for! (local.get $used)))

;; The same of the literals of the block.
(func $least_of_block (result i32)
  (local $at i32)
  (local $sum v128)
  (local $used v128)
  (loop $next_4
    (local.set $sum
      (i32x4.add
        (local.get $sum)
        (v128.load (i32.add (global.get $BLOCK_COUNTS) (local.get $at)))))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next_4 (i32.lt_u (local.get $at) (i32.const 1024))))
  ;; A byte in a thousand counts.
  (local.set $sum
    (i32x4.splat (i32.shr_u (call $lane_sum! (local.get $sum)) (i32.const 10))))
  (local.set $at (i32.const 0))
  (loop $next_4_counted
    (local.set $used
      (i32x4.sub
        (local.get $used)
        (i32x4.gt_u
          (v128.load (i32.add (global.get $BLOCK_COUNTS) (local.get $at)))
          (local.get $sum))))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next_4_counted (i32.lt_u (local.get $at) (i32.const 1024))))
  (call $least_for! (call $lane_sum! (local.get $used))))
