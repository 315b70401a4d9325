;; ---- commands

;; Layout command
;;   offset  size  field          meaning
;;        0     2  literals_least  u16: the least number of literals
;;        2     2  copy_least      u16: the least length of the copy
;;        4     1  literals_bits   u8: how many bits are added to the first
;;        5     1  copy_bits       u8: how many to the second
;;        6     2  distance_kind   u16: the context of the distance, and 256 where it is the last

;; What $run_fast writes at most behind what it means to.
(global $MARGIN i32 (i32.const 64))

(func $least! (param $a i32) (param $b i32) (result i32)
  (select (local.get $a) (local.get $b) (i32.lt_u (local.get $a) (local.get $b))))

;; The address of what a symbol of a command means.
(func $command! (param $symbol i32) (result i32)
  (i32.add (global.get $COMMANDS) (i32.shl (local.get $symbol) (i32.const 3))))

;; The distance that the short code $code, 1 to 15, stands for, or 0.
(func $recent_distance (param $code i32) (result i32)
  (local $distance i32)
  (if (i32.lt_u (local.get $code) (i32.const 4))
    (then
      (return
        (i32.load offset=40 (;DISTANCES;)
          (i32.add
            (global.get $STATE)
            (i32.shl (local.get $code) (i32.const 2)))))))
  ;; Six codes each for the last distance and the one before: less 1, and 1, less 2, and 2, ...
  (local.set $distance (i32.load offset=40 (;DISTANCES;) (global.get $STATE)))
  (local.set $code (i32.sub (local.get $code) (i32.const 4)))
  (if (i32.ge_u (local.get $code) (i32.const 6))
    (then
      (local.set $code (i32.sub (local.get $code) (i32.const 6)))
      (local.set $distance (i32.load offset=44 (;DISTANCES+4;) (global.get $STATE)))))
  (local.set $distance
    (i32.add
      (local.get $distance)
      (i32.mul
        (i32.add (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 1))
        (i32.sub
          (i32.shl (i32.and (local.get $code) (i32.const 1)) (i32.const 1))
          (i32.const 1)))))
  (select
    (local.get $distance)
    (i32.const 0)
    (i32.gt_s (local.get $distance) (i32.const 0))))

;; Makes a distance the last one.
(func $remember! (param $distance i32)
  (local $distances v128)
  (local.set $distances (v128.load offset=40 (;DISTANCES;) (global.get $STATE)))
  (v128.store offset=40 (;DISTANCES;) (global.get $STATE)
    (i32x4.replace_lane 0
      (i8x16.shuffle 0 1 2 3 0 1 2 3 4 5 6 7 8 9 10 11
        (local.get $distances) (local.get $distances))
      (local.get $distance))))

;; How many bits a symbol of 16 and more adds to a distance, less $direct, over $postfix.
(func $distance_bits! (param $code i32) (param $postfix i32) (result i32)
  (i32.add
    (i32.shr_u (local.get $code) (i32.add (local.get $postfix) (i32.const 1)))
    (i32.const 1)))

;; The distance of a symbol, less $direct, that adds $added, a number of $len bits.
;; hcode = code >> postfix
;; distance = ((((2 + (hcode & 1)) << len) - 4 + added) << postfix) + (code & postfix_mask)
;;            + direct - 15
(func $far!
  (param $code i32) (param $len i32) (param $added i32) (param $postfix i32) (param $direct i32)
  (result i32)
  (i32.add
    (i32.add
      (i32.shl
        (i32.add
          (i32.sub
            (i32.shl
              (i32.or
                (i32.and (i32.shr_u (local.get $code) (local.get $postfix)) (i32.const 1))
                (i32.const 2))
              (local.get $len))
            (i32.const 4))
          (local.get $added))
        (local.get $postfix))
      (i32.and
        (local.get $code)
        (i32.sub (i32.shl (i32.const 1) (local.get $postfix)) (i32.const 1))))
    (i32.sub (local.get $direct) (i32.const 15))))

;; The lanes that repeat from $distance, below 16, before $out.
(func $repetition! (param $out i32) (param $distance i32) (result v128)
  (i8x16.swizzle
    (v128.load (i32.sub (local.get $out) (local.get $distance)))
    (v128.load (i32.shl (local.get $distance) (i32.const 4)))))

;; How far they may be repeated at a time.
(func $repeat_step! (param $distance i32) (result i32)
  (i32.load8_u (i32.add (global.get $REPEAT_STEP) (local.get $distance))))

;; Copies from $distance back, and up to 47 bytes more than $len.
(func $copy_over! (param $out i32) (param $distance i32) (param $len i32)
  (local $from i32)
  (local $end i32)
  (local $bytes v128)
  (local $step i32)
  (if (i32.ge_u (local.get $distance) (i32.const 16))
    (then
      (local.set $from (i32.sub (local.get $out) (local.get $distance)))
      (v128.store (local.get $out) (v128.load (local.get $from)))
      (v128.store offset=16 (local.get $out) (v128.load offset=16 (local.get $from)))
      (if (i32.gt_u (local.get $len) (i32.const 32))
        (then
          (local.set $end (i32.add (local.get $out) (local.get $len)))
          (loop $next_32
            (local.set $out (i32.add (local.get $out) (i32.const 32)))
            (local.set $from (i32.add (local.get $from) (i32.const 32)))
            (v128.store (local.get $out) (v128.load (local.get $from)))
            (v128.store offset=16 (local.get $out) (v128.load offset=16 (local.get $from)))
            (br_if $next_32
              (i32.gt_u (i32.sub (local.get $end) (local.get $out)) (i32.const 32)))))))
    (else
      (local.set $bytes (call $repetition! (local.get $out) (local.get $distance)))
      (local.set $step (call $repeat_step! (local.get $distance)))
      (local.set $end (i32.add (local.get $out) (local.get $len)))
      (loop $next_step
        (v128.store (local.get $out) (local.get $bytes))
        (local.set $out (i32.add (local.get $out) (local.get $step)))
        (br_if $next_step (i32.lt_u (local.get $out) (local.get $end)))))))

;; Decodes commands while there is a margin on both sides, from `command` or `literals` on, and
;; leaves the first element that needs more care to others. Nothing that it meets is a fault.
;;
;; One function, so that its registers are locals: what elements have in common is in macros.
(func $run_fast
  (local $bits i64)
  (local $count i32)
  (local $src i32)
  (local $limit i32)
  (local $out i32)
  (local $first i32)      ;; where the content begins that is written here
  (local $end i32)        ;; where no element may reach
  (local $entry i32)
  (local $command i32)
  (local $extra i32)
  (local $literals i32)   ;; how many there are
  (local $copy_len i32)
  (local $table i32)
  (local $mode i32)
  (local $before i32)     ;; part of the context: of the byte before the last
  (local $byte i32)
  (local $distance i32)
  (local $kind i32)
  (local $round i32)
  (local $phase i32)      ;; of the element that is left
  (local.set $bits (i64.load offset=0 (;BITS;) (global.get $READER)))
  (local.set $count (i32.load offset=8 (;COUNT;) (global.get $READER)))
  (local.set $src (i32.load offset=12 (;SRC;) (global.get $READER)))
  (local.set $limit (i32.load offset=16 (;LIMIT;) (global.get $READER)))
  (local.set $out (i32.load offset=32 (;OUT;) (global.get $READER)))
  (local.set $first (local.get $out))
  (local.set $end
    (i32.add
      (local.get $out)
      (call $least!
        (i32.load offset=16 (;LEFT;) (global.get $STATE))
        (i32.sub
          (i32.sub
            (i32.load offset=36 (;OUT_END;) (global.get $READER))
            (local.get $out))
          (global.get $MARGIN)))))
  (local.set $literals (i32.load offset=20 (;LITERALS;) (global.get $STATE)))
  (local.set $copy_len (i32.load offset=24 (;COPY_LEN;) (global.get $STATE)))
  (local.set $command
    (i32.or
      (i32.load offset=28 (;CONTEXT;) (global.get $STATE))
      (i32.shl (i32.load offset=32 (;IMPLICIT;) (global.get $STATE)) (i32.const 8))))
  (local.set $phase (i32.load offset=0 (;PHASE;) (global.get $STATE)))
  (block $care
    (loop $next_command
      (block $decoded
        (br_if $decoded (i32.eq (local.get $phase) (global.get $PHASE_LITERALS)))
        (local.set $phase (global.get $PHASE_COMMAND))
        (br_if $care (i32.gt_u (local.get $src) (local.get $limit)))
        (call $refilled! (local.get $bits) (local.get $count) (local.get $src))
        (local.set $src)
        (local.set $count)
        (local.set $bits)
        (local.set $extra (i32.load offset=60 (;LEFTS+4;) (global.get $STATE)))
        (br_if $care (i32.eqz (local.get $extra)))
        (local.set $entry
          (call $entry!
            (i32.load offset=48 (;COMMAND_CODE;) (global.get $READER))
            (local.get $bits)))
        (local.set $command
          (call $command! (i32.and (local.get $entry) (i32.const 0x3ff))))
        (local.set $kind (i32.load8_u offset=4 (;LITERALS_BITS;) (local.get $command)))
        ;; With that many more bits there might be too few for the copy.
        (br_if $care (i32.eq (local.get $kind) (i32.const 24)))
        (i32.store offset=60 (;LEFTS+4;) (global.get $STATE)
          (i32.sub (local.get $extra) (i32.const 1)))
        (local.set $extra (i32.shr_u (local.get $entry) (i32.const 10)))
        (local.set $bits
          (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $extra))))
        (local.set $count
          (i32.sub
            (i32.sub (local.get $count) (local.get $extra))
            (local.get $kind)))
        (local.set $literals
          (i32.add
            (i32.load16_u offset=0 (;LITERALS_LEAST;) (local.get $command))
            (call $low! (local.get $bits) (local.get $kind))))
        (local.set $bits
          (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $kind))))
        (local.set $kind (i32.load8_u offset=5 (;COPY_BITS;) (local.get $command)))
        (local.set $copy_len
          (i32.add
            (i32.load16_u offset=2 (;COPY_LEAST;) (local.get $command))
            (call $low! (local.get $bits) (local.get $kind))))
        (local.set $bits
          (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $kind))))
        (local.set $count (i32.sub (local.get $count) (local.get $kind)))
        (local.set $command
          (i32.load16_u offset=6 (;DISTANCE_KIND;) (local.get $command))))
      ;; $decoded: its literals
      (local.set $phase (global.get $PHASE_LITERALS))
      (br_if $care
        (i32.ge_u (local.get $literals) (i32.sub (local.get $end) (local.get $out))))
      (if (local.get $literals)
        (then
          (local.set $extra (i32.load offset=56 (;LEFTS;) (global.get $STATE)))
          (br_if $care (i32.lt_u (local.get $extra) (local.get $literals)))
          (i32.store offset=56 (;LEFTS;) (global.get $STATE)
            (i32.sub (local.get $extra) (local.get $literals)))
          (local.set $table (i32.load offset=44 (;PLAIN;) (global.get $READER)))
          (block $literals_done
            (block $source_near_end
              (if (local.get $table)
                (then
                  (loop $next_literals
                    (br_if $source_near_end (i32.gt_u (local.get $src) (local.get $limit)))
                    (call $refilled! (local.get $bits) (local.get $count) (local.get $src))
                    (local.set $src)
                    (local.set $count)
                    (local.set $bits)
                    (block $all
                      (local.set $round (i32.const 0))
                      (loop $next_literal!
                        (local.set $entry
                          (call $entry! (local.get $table) (local.get $bits)))
                        (local.set $extra (i32.shr_u (local.get $entry) (i32.const 10)))
                        (local.set $bits
                          (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $extra))))
                        (local.set $count (i32.sub (local.get $count) (local.get $extra)))
                        (i32.store8 (local.get $out) (local.get $entry))
                        (local.set $out (i32.add (local.get $out) (i32.const 1)))
                        (local.set $literals (i32.sub (local.get $literals) (i32.const 1)))
                        (br_if $all (i32.eqz (local.get $literals)))
                        (local.set $round (i32.add (local.get $round) (i32.const 1)))
                        (br_if $next_literal! (i32.lt_u (local.get $round) (i32.const 3))))
                      (br $next_literals))))
                (else
                  (local.set $mode (i32.load offset=52 (;MODE;) (global.get $READER)))
                  (local.set $byte (i32.load8_u (i32.sub (local.get $out) (i32.const 1))))
                  (local.set $before
                    (i32.load8_u offset=256
                      (i32.add
                        (local.get $mode)
                        (i32.load8_u (i32.sub (local.get $out) (i32.const 2))))))
                  (loop $next_literals
                    (br_if $source_near_end (i32.gt_u (local.get $src) (local.get $limit)))
                    (call $refilled! (local.get $bits) (local.get $count) (local.get $src))
                    (local.set $src)
                    (local.set $count)
                    (local.set $bits)
                    (block $all
                      (local.set $round (i32.const 0))
                      (loop $next_literal!
                        (local.set $extra (i32.add (local.get $mode) (local.get $byte)))
                        (local.set $table
                          (i32.load offset=15408 (;LITERAL_TABLES;)
                            (i32.or (i32.load8_u (local.get $extra)) (local.get $before))))
                        (local.set $before (i32.load8_u offset=256 (local.get $extra)))
                        (local.set $entry
                          (call $entry! (local.get $table) (local.get $bits)))
                        (local.set $extra (i32.shr_u (local.get $entry) (i32.const 10)))
                        (local.set $bits
                          (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $extra))))
                        (local.set $count (i32.sub (local.get $count) (local.get $extra)))
                        (i32.store8 (local.get $out) (local.get $entry))
                        (local.set $byte (i32.and (local.get $entry) (i32.const 0xff)))
                        (local.set $out (i32.add (local.get $out) (i32.const 1)))
                        (local.set $literals (i32.sub (local.get $literals) (i32.const 1)))
                        (br_if $all (i32.eqz (local.get $literals)))
                        (local.set $round (i32.add (local.get $round) (i32.const 1)))
                        (br_if $next_literal! (i32.lt_u (local.get $round) (i32.const 3))))
                      (br $next_literals)))))
              (br $literals_done))
            ;; $source_near_end: those that are left were taken off the block too early.
            (i32.store offset=56 (;LEFTS;) (global.get $STATE)
              (i32.add
                (i32.load offset=56 (;LEFTS;) (global.get $STATE))
                (local.get $literals)))
            (br $care))))
      (local.set $phase (global.get $PHASE_DISTANCE))
      (block $copy
        (local.set $distance (i32.load offset=40 (;DISTANCES;) (global.get $STATE)))
        (br_if $copy (i32.ge_u (local.get $command) (i32.const 256)))
        (br_if $care (i32.gt_u (local.get $src) (local.get $limit)))
        (call $refilled! (local.get $bits) (local.get $count) (local.get $src))
        (local.set $src)
        (local.set $count)
        (local.set $bits)
        (local.set $extra (i32.load offset=64 (;LEFTS+8;) (global.get $STATE)))
        (br_if $care (i32.eqz (local.get $extra)))
        (i32.store offset=64 (;LEFTS+8;) (global.get $STATE)
          (i32.sub (local.get $extra) (i32.const 1)))
        (local.set $entry
          (call $entry!
            (i32.load offset=15664 (;DISTANCE_TABLES;)
              (i32.shl (local.get $command) (i32.const 2)))
            (local.get $bits)))
        (local.set $extra (i32.shr_u (local.get $entry) (i32.const 10)))
        (local.set $bits
          (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $extra))))
        (local.set $count (i32.sub (local.get $count) (local.get $extra)))
        (local.set $entry (i32.and (local.get $entry) (i32.const 0x3ff)))
        (br_if $copy (i32.eqz (local.get $entry)))
        (if (i32.lt_u (local.get $entry) (i32.const 16))
          (then (local.set $distance (call $recent_distance (local.get $entry))))
          (else
            (local.set $kind (i32.load offset=60 (;DIRECT;) (global.get $READER)))
            (if (i32.lt_u (local.get $entry) (local.get $kind))
              (then
                (local.set $distance (i32.sub (local.get $entry) (i32.const 15))))
              (else
                (local.set $entry (i32.sub (local.get $entry) (local.get $kind)))
                (local.set $table (i32.load offset=56 (;POSTFIX;) (global.get $READER)))
                (local.set $extra
                  (call $distance_bits! (local.get $entry) (local.get $table)))
                (local.set $distance
                  (call $far!
                    (local.get $entry)
                    (local.get $extra)
                    (call $low! (local.get $bits) (local.get $extra))
                    (local.get $table)
                    (local.get $kind)))
                (local.set $bits
                  (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $extra))))
                (local.set $count (i32.sub (local.get $count) (local.get $extra)))))))
        ;; A word's distance is not remembered.
        (br_if $copy
          (i32.gt_u
            (local.get $distance)
            (i32.sub
              (local.get $out)
              (i32.load offset=40 (;REACHED;) (global.get $READER)))))
        (br_if $copy
          (i32.gt_u
            (local.get $distance)
            (i32.load offset=4 (;WINDOW;) (global.get $STATE))))
        (br_if $copy (i32.eqz (local.get $distance)))
        (call $remember! (local.get $distance)))
      ;; $copy
      (local.set $phase (global.get $PHASE_COPY))
      (local.set $extra
        (call $least!
          (i32.sub
            (local.get $out)
            (i32.load offset=40 (;REACHED;) (global.get $READER)))
          (i32.load offset=4 (;WINDOW;) (global.get $STATE))))
      (if
        (i32.ge_u (i32.sub (local.get $distance) (i32.const 1)) (local.get $extra))
        (then
          (br_if $care (i32.eqz (local.get $distance)))
          (local.set $entry
            (call $word
              (local.get $out)
              (local.get $copy_len)
              (i32.sub (i32.sub (local.get $distance) (local.get $extra)) (i32.const 1))))
          (br_if $care
            (i32.ge_u (local.get $entry) (i32.sub (local.get $end) (local.get $out))))
          (local.set $out (i32.add (local.get $out) (local.get $entry)))
          (br $next_command)))
      (br_if $care
        (i32.ge_u (local.get $copy_len) (i32.sub (local.get $end) (local.get $out))))
      (call $copy_over! (local.get $out) (local.get $distance) (local.get $copy_len))
      (local.set $out (i32.add (local.get $out) (local.get $copy_len)))
      (br $next_command)))
  ;; $care
  (call $store_reader! (local.get $bits) (local.get $count) (local.get $src))
  (i32.store offset=32 (;OUT;) (global.get $READER) (local.get $out))
  (i32.store offset=0 (;PHASE;) (global.get $STATE) (local.get $phase))
  (i32.store offset=16 (;LEFT;) (global.get $STATE)
    (i32.sub
      (i32.load offset=16 (;LEFT;) (global.get $STATE))
      (i32.sub (local.get $out) (local.get $first))))
  (i32.store offset=20 (;LITERALS;) (global.get $STATE) (local.get $literals))
  (i32.store offset=24 (;COPY_LEN;) (global.get $STATE) (local.get $copy_len))
  (i32.store offset=28 (;CONTEXT;) (global.get $STATE)
    (i32.and (local.get $command) (i32.const 3)))
  (i32.store offset=32 (;IMPLICIT;) (global.get $STATE)
    (i32.shr_u (local.get $command) (i32.const 8)))
  (i32.store offset=36 (;DISTANCE;) (global.get $STATE) (local.get $distance)))

;; Decodes one element, whatever it is and however little is left. A verdict; where it is another
;; than `go_on`, nothing was taken from the source.
(func $run_exact (result i32)
  (local $phase i32)
  ;; An element with a block in front of it has less than 32 bytes.
  (if (i32.eqz (i32.load offset=88 (;IN_TAIL;) (global.get $READER)))
    (then
      (if
        (i32.lt_u
          (i32.sub
            (i32.load offset=20 (;SRC_END;) (global.get $READER))
            (i32.load offset=12 (;SRC;) (global.get $READER)))
          (global.get $TAIL_ROOM))
        (then (call $near_end)))))
  (local.set $phase (i32.load offset=0 (;PHASE;) (global.get $STATE)))
  (if (i32.eq (local.get $phase) (global.get $PHASE_COMMAND))
    (then (return (call $one_command))))
  (if (i32.eq (local.get $phase) (global.get $PHASE_LITERALS))
    (then (return (call $one_literal))))
  (if (i32.eq (local.get $phase) (global.get $PHASE_DISTANCE))
    (then (return (call $one_distance))))
  (if (i32.eq (local.get $phase) (global.get $PHASE_COPY)) (then (return (call $one_copy))))
  (call $rest_of_word))

;; How much room there is.
(func $room! (result i32)
  (i32.sub
    (i32.load offset=36 (;OUT_END;) (global.get $READER))
    (i32.load offset=32 (;OUT;) (global.get $READER))))

;; Takes one off what is left of a block. Its address.
(func $take_from_block! (param $kind i32)
  (local $at i32)
  (local.set $at (call $of_kind! (global.get $STATE) (local.get $kind)))
  (i32.store offset=56 (;LEFTS;) (local.get $at)
    (i32.sub (i32.load offset=56 (;LEFTS;) (local.get $at)) (i32.const 1))))

;; Takes a command, or the block that it is in. A verdict.
(func $one_command (result i32)
  (local $command i32)
  (local $literals i32)
  (local $copy_len i32)
  (if (i32.eqz (i32.load offset=60 (;LEFTS+4;) (global.get $STATE)))
    (then (return (call $switch_block (i32.const 1)))))
  (local.set $command
    (call $command! (call $symbol (i32.load offset=48 (;COMMAND_CODE;) (global.get $READER)))))
  (local.set $literals
    (i32.add
      (i32.load16_u offset=0 (;LITERALS_LEAST;) (local.get $command))
      (call $bits (i32.load8_u offset=4 (;LITERALS_BITS;) (local.get $command)))))
  (local.set $copy_len
    (i32.add
      (i32.load16_u offset=2 (;COPY_LEAST;) (local.get $command))
      (call $bits (i32.load8_u offset=5 (;COPY_BITS;) (local.get $command)))))
  (if (call $is_over) (then (return (global.get $SOURCE_ENDS))))
  (if
    (i32.gt_u
      (local.get $literals)
      (i32.load offset=16 (;LEFT;) (global.get $STATE)))
    (then (return (call $overlong))))
  (call $take_from_block! (i32.const 1))
  (i32.store offset=20 (;LITERALS;) (global.get $STATE) (local.get $literals))
  (i32.store offset=24 (;COPY_LEN;) (global.get $STATE) (local.get $copy_len))
  (local.set $command (i32.load16_u offset=6 (;DISTANCE_KIND;) (local.get $command)))
  (i32.store offset=28 (;CONTEXT;) (global.get $STATE)
    (i32.and (local.get $command) (i32.const 3)))
  (i32.store offset=32 (;IMPLICIT;) (global.get $STATE)
    (i32.shr_u (local.get $command) (i32.const 8)))
  (i32.store offset=0 (;PHASE;) (global.get $STATE) (global.get $PHASE_LITERALS))
  (i32.const 0))

;; A command is longer than what is left of the metablock. Where all room there will be is less
;; than that, this was to be said first. A verdict.
(func $overlong (result i32)
  (if
    (i32.and
      (i32.load offset=84 (;WHOLE;) (global.get $READER))
      (i32.gt_u (i32.load offset=16 (;LEFT;) (global.get $STATE)) (call $room!)))
    (then (return (global.get $ROOM_ENDS))))
  (call $fail (global.get $WRONG_OVERLONG)))

;; The metablock has ended: what comes next. A verdict.
(func $end_metablock (result i32)
  (if (i32.load offset=12 (;LAST;) (global.get $STATE)) (then (return (call $end_stream))))
  (i32.store offset=0 (;PHASE;) (global.get $STATE) (global.get $PHASE_METABLOCK))
  (i32.const 0))

;; The command has ended: another one, or what follows the metablock. A verdict.
(func $end_command (result i32)
  (if (i32.eqz (i32.load offset=16 (;LEFT;) (global.get $STATE)))
    (then (return (call $end_metablock))))
  (i32.store offset=0 (;PHASE;) (global.get $STATE) (global.get $PHASE_COMMAND))
  (i32.const 0))

;; Notes $len bytes of content, which were written.
(func $written! (param $len i32)
  (i32.store offset=32 (;OUT;) (global.get $READER)
    (i32.add (i32.load offset=32 (;OUT;) (global.get $READER)) (local.get $len)))
  (i32.store offset=16 (;LEFT;) (global.get $STATE)
    (i32.sub (i32.load offset=16 (;LEFT;) (global.get $STATE)) (local.get $len))))

;; The byte of the content $back before the next one, or 0.
(func $byte_back! (param $back i32) (result i32)
  (if (result i32)
    (i32.lt_u
      (i32.sub
        (i32.load offset=32 (;OUT;) (global.get $READER))
        (i32.load offset=40 (;REACHED;) (global.get $READER)))
      (local.get $back))
    (then (i32.const 0))
    (else
      (i32.load8_u
        (i32.sub (i32.load offset=32 (;OUT;) (global.get $READER)) (local.get $back))))))

;; The table of the next literal.
(func $literal_table (result i32)
  (local $table i32)
  (local $mode i32)
  (local.set $table (i32.load offset=44 (;PLAIN;) (global.get $READER)))
  (if (local.get $table) (then (return (local.get $table))))
  (local.set $mode (i32.load offset=52 (;MODE;) (global.get $READER)))
  (i32.load offset=15408 (;LITERAL_TABLES;)
    (i32.or
      (i32.load8_u (i32.add (local.get $mode) (call $byte_back! (i32.const 1))))
      (i32.load8_u offset=256
        (i32.add (local.get $mode) (call $byte_back! (i32.const 2)))))))

;; Takes a literal, or the block that it is in; or goes on to the distance. A verdict.
(func $one_literal (result i32)
  (local $symbol i32)
  (if (i32.eqz (i32.load offset=20 (;LITERALS;) (global.get $STATE)))
    (then
      (if (i32.eqz (i32.load offset=16 (;LEFT;) (global.get $STATE)))
        (then (return (call $end_metablock))))
      (i32.store offset=0 (;PHASE;) (global.get $STATE) (global.get $PHASE_DISTANCE))
      (return (i32.const 0))))
  ;; A fast command may have had too many, and left them.
  (if
    (i32.gt_u
      (i32.load offset=20 (;LITERALS;) (global.get $STATE))
      (i32.load offset=16 (;LEFT;) (global.get $STATE)))
    (then (return (call $overlong))))
  (if (i32.eqz (i32.load offset=56 (;LEFTS;) (global.get $STATE)))
    (then (return (call $switch_block (i32.const 0)))))
  (local.set $symbol (call $symbol (call $literal_table)))
  (if (call $is_over) (then (return (global.get $SOURCE_ENDS))))
  (if (i32.eqz (call $room!)) (then (return (global.get $ROOM_ENDS))))
  (call $take_from_block! (i32.const 0))
  (i32.store8 (i32.load offset=32 (;OUT;) (global.get $READER)) (local.get $symbol))
  (call $written! (i32.const 1))
  (i32.store offset=20 (;LITERALS;) (global.get $STATE)
    (i32.sub
      (i32.load offset=20 (;LITERALS;) (global.get $STATE))
      (i32.const 1)))
  (i32.const 0))

;; How far back any distance reaches that is no word's.
(func $farthest! (result i32)
  (call $least!
    (i32.sub
      (i32.load offset=32 (;OUT;) (global.get $READER))
      (i32.load offset=40 (;REACHED;) (global.get $READER)))
    (i32.load offset=4 (;WINDOW;) (global.get $STATE))))

;; Takes a distance, or the block that it is in. A verdict.
(func $one_distance (result i32)
  (local $distance i32)
  (local $symbol i32)
  (local $direct i32)
  (local $postfix i32)
  (local $len i32)
  (local.set $distance (i32.load offset=40 (;DISTANCES;) (global.get $STATE)))
  (block $known
    (br_if $known (i32.load offset=32 (;IMPLICIT;) (global.get $STATE)))
    (if (i32.eqz (i32.load offset=64 (;LEFTS+8;) (global.get $STATE)))
      (then (return (call $switch_block (i32.const 2)))))
    (local.set $symbol
      (call $symbol
        (i32.load offset=15664 (;DISTANCE_TABLES;)
          (i32.shl
            (i32.load offset=28 (;CONTEXT;) (global.get $STATE))
            (i32.const 2)))))
    (if (i32.ge_u (local.get $symbol) (i32.const 16))
      (then
        (local.set $direct (i32.load offset=60 (;DIRECT;) (global.get $READER)))
        (if (i32.lt_u (local.get $symbol) (local.get $direct))
          (then (local.set $distance (i32.sub (local.get $symbol) (i32.const 15))))
          (else
            (local.set $postfix (i32.load offset=56 (;POSTFIX;) (global.get $READER)))
            (local.set $symbol (i32.sub (local.get $symbol) (local.get $direct)))
            (local.set $len
              (call $distance_bits! (local.get $symbol) (local.get $postfix)))
            (local.set $distance
              (call $far!
                (local.get $symbol)
                (local.get $len)
                (call $bits (local.get $len))
                (local.get $postfix)
                (local.get $direct)))
            ;; No short code.
            (local.set $symbol (i32.const -1))))))
    (if (call $is_over) (then (return (global.get $SOURCE_ENDS))))
    (call $take_from_block! (i32.const 2))
    (br_if $known (i32.eqz (local.get $symbol)))
    (if (i32.lt_u (local.get $symbol) (i32.const 16))
      (then (local.set $distance (call $recent_distance (local.get $symbol)))))
    ;; A word's distance is not remembered.
    (if
      (i32.lt_u
        (i32.sub (local.get $distance) (i32.const 1))
        (call $farthest!))
      (then (call $remember! (local.get $distance)))))
  (i32.store offset=36 (;DISTANCE;) (global.get $STATE) (local.get $distance))
  (i32.store offset=0 (;PHASE;) (global.get $STATE) (global.get $PHASE_COPY))
  (i32.const 0))

;; Copies what a command does, as far as there is room; or finds its word. A verdict.
(func $one_copy (result i32)
  (local $distance i32)
  (local $farthest i32)
  (local $len i32)
  (local $room i32)
  (local $out i32)
  (local $from i32)
  (local $wide i32)
  (local.set $distance (i32.load offset=36 (;DISTANCE;) (global.get $STATE)))
  (local.set $farthest (call $farthest!))
  (local.set $len (i32.load offset=24 (;COPY_LEN;) (global.get $STATE)))
  (local.set $out (i32.load offset=32 (;OUT;) (global.get $READER)))
  (local.set $room (call $room!))
  (if (i32.ge_u (i32.sub (local.get $distance) (i32.const 1)) (local.get $farthest))
    (then
      (if (i32.eqz (local.get $distance))
        (then (return (call $fail (global.get $WRONG_DISTANCE)))))
      (local.set $distance
        (i32.sub (i32.sub (local.get $distance) (local.get $farthest)) (i32.const 1)))
      (local.set $len
        (call $word (global.get $SPELLED) (local.get $len) (local.get $distance)))
      (if (i32.eq (local.get $len) (i32.const -1))
        (then (return (call $fail (global.get $WRONG_DISTANCE)))))
      (if (i32.gt_u (local.get $len) (i32.load offset=16 (;LEFT;) (global.get $STATE)))
        (then (return (call $overlong))))
      (i32.store offset=20 (;LITERALS;) (global.get $STATE) (i32.const 0))
      (i32.store offset=36 (;DISTANCE;) (global.get $STATE) (local.get $distance))
      (i32.store offset=0 (;PHASE;) (global.get $STATE) (global.get $PHASE_WORD))
      (return (i32.const 0))))
  (if (i32.gt_u (local.get $len) (i32.load offset=16 (;LEFT;) (global.get $STATE)))
    (then (return (call $overlong))))
  (local.set $len (call $least! (local.get $len) (local.get $room)))
  (call $written! (local.get $len))
  (i32.store offset=24 (;COPY_LEN;) (global.get $STATE)
    (i32.sub (i32.load offset=24 (;COPY_LEN;) (global.get $STATE)) (local.get $len)))
  ;; All but the last bytes of a long one are vectors.
  (if (i32.gt_u (local.get $len) (i32.const 128))
    (then
      (local.set $wide (i32.sub (local.get $len) (global.get $MARGIN)))
      (call $copy_over! (local.get $out) (local.get $distance) (local.get $wide))))
  (local.set $from
    (i32.add (i32.sub (local.get $out) (local.get $distance)) (local.get $wide)))
  (call $copy_bytes
    (i32.add (local.get $out) (local.get $wide))
    (local.get $from)
    (i32.sub (local.get $len) (local.get $wide)))
  (if (i32.load offset=24 (;COPY_LEN;) (global.get $STATE))
    (then (return (global.get $ROOM_ENDS))))
  (call $end_command))

;; Writes what is left of a word, as far as there is room. A verdict.
(func $rest_of_word (result i32)
  (local $done i32)
  (local $left i32)
  (local $len i32)
  (local.set $done (i32.load offset=20 (;LITERALS;) (global.get $STATE)))
  (local.set $left
    (i32.sub
      (call $word
        (global.get $SPELLED)
        (i32.load offset=24 (;COPY_LEN;) (global.get $STATE))
        (i32.load offset=36 (;DISTANCE;) (global.get $STATE)))
      (local.get $done)))
  (if (i32.gt_u (local.get $left) (i32.load offset=16 (;LEFT;) (global.get $STATE)))
    (then (return (call $fail (global.get $WRONG_DISTANCE)))))
  (local.set $len (call $least! (local.get $left) (call $room!)))
  (call $copy_bytes
    (i32.load offset=32 (;OUT;) (global.get $READER))
    (i32.add (global.get $SPELLED) (local.get $done))
    (local.get $len))
  (call $written! (local.get $len))
  (i32.store offset=20 (;LITERALS;) (global.get $STATE)
    (i32.add (local.get $done) (local.get $len)))
  (if (i32.lt_u (local.get $len) (local.get $left)) (then (return (global.get $ROOM_ENDS))))
  (call $end_command))

;; Copies $len bytes, one after the other.
(func $copy_bytes (param $to i32) (param $from i32) (param $len i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $to) (local.get $len)))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $to) (local.get $end)))
      (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (br $next_byte))))
