;; ---- bytes to commands

;; Whether codes of literals depend on their contexts, and the mode of these.
(global $contexts (mut i32) (i32.const 0))
(global $literal_mode (mut i32) (i32.const 0))

;; How much better a copy has to be that begins a byte later.
(global $LATER_SCORE i32 (i32.const 175))

;; Behind so many bytes without a copy, half of the places are looked at, and behind four times as
;; many a quarter.
(global $PATIENCE i32 (i32.const 64))

;; Sets them: how many places are looked at, how long a copy is that is taken as it is, for how many
;; bytes a better one is waited for, and the contexts.
(func $set! (param $tries i32) (param $nice i32) (param $waits i32) (param $contexts i32)
  (global.set $tries (local.get $tries))
  (global.set $nice (local.get $nice))
  (global.set $waits (local.get $waits))
  (global.set $contexts (local.get $contexts)))

;; Of the first two qualities $tries is how soon places are left out.
(func $set_effort (param $quality i32)
  (block $10
    (block $9
      (block $8
        (block $7
          (block $6
            (block $5
              (block $4
                (block $3
                  (block $2
                    (block $1
                      (block $0
                        (br_table $0 $1 $2 $3 $4 $5 $6 $7 $8 $9 $10 (local.get $quality)))
                      (call $set!
                        (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 0))
                      (return))
                    (call $set!
                      (i32.const 6) (i32.const 0) (i32.const 0) (i32.const 0))
                    (return))
                  (call $set!
                    (i32.const 3) (i32.const 64) (i32.const 0) (i32.const 0))
                  (return))
                (call $set!
                  (i32.const 7) (i32.const 64) (i32.const 0) (i32.const 0))
                (return))
              (call $set!
                (i32.const 15) (i32.const 64) (i32.const 1) (i32.const 0))
              (return))
            (call $set!
              (i32.const 15) (i32.const 256) (i32.const 4) (i32.const 1))
            (return))
          (call $set!
            (i32.const 20) (i32.const 256) (i32.const 4) (i32.const 1))
          (return))
        (call $set!
          (i32.const 40) (i32.const 256) (i32.const 4) (i32.const 1))
        (return))
      (call $set!
        (i32.const 63) (i32.const 1024) (i32.const 4) (i32.const 1))
      (return))
    (call $set!
      (i32.const 150) (i32.const 1024) (i32.const 4) (i32.const 1))
    (return))
  (call $set!
    (i32.const 4000) (i32.const 4096) (i32.const 4) (i32.const 1)))

;; How distances and contexts are written, by what the text [$here, $end) is.
(func $set_mode (param $mode i32) (param $here i32) (param $end i32)
  (local $font i32)
  (local.set $font (i32.eq (local.get $mode) (global.get $FONT)))
  (global.set $postfix (local.get $font))
  (global.set $direct (i32.mul (local.get $font) (i32.const 24)))
  (global.set $literal_mode
    (select
      (global.get $CONTEXTS_UTF8)
      (global.get $CONTEXTS_BINARY)
      (select
        (call $is_text (local.get $here) (local.get $end))
        (i32.eqz (local.get $font))
        (i32.eqz (local.get $mode))))))

;; The modes of contexts (RFC 7932, 7.1) that are used.
(global $CONTEXTS_UTF8   i32 (i32.const 2))
(global $CONTEXTS_BINARY i32 (i32.const 3))

;; How many bytes tell whether a text is one.
(global $SAMPLE i32 (i32.const 4096))

;; Whether at most one in eight of the first bytes of [$ptr, $end) is a control character, or stands
;; where UTF-8 has none: 0xc0, 0xc1, or 0xf5 on.
(func $is_text (param $ptr i32) (param $end i32) (result i32)
  (local $byte i32)
  (local $wrong i32)
  (local $most i32)
  (local.set $end
    (i32.add
      (local.get $ptr)
      (call $least! (i32.sub (local.get $end) (local.get $ptr)) (global.get $SAMPLE))))
  (local.set $most (i32.shr_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 3)))
  (loop $next_byte
    (local.set $byte (i32.load8_u (local.get $ptr)))
    (local.set $wrong
      (i32.add
        (local.get $wrong)
        (i32.or
          (i32.lt_u (local.get $byte) (i32.const 9))
          (i32.or
            (i32.lt_u (i32.sub (local.get $byte) (i32.const 14)) (i32.const 18))
            (i32.or
              (i32.eq (i32.or (local.get $byte) (i32.const 1)) (i32.const 0xc1))
              (i32.ge_u (local.get $byte) (i32.const 0xf5)))))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
    (br_if $next_byte (i32.ne (local.get $ptr) (local.get $end))))
  (i32.le_u (local.get $wrong) (local.get $most)))

;; Writes [$here, $end), with copies that reach back to $start.
(func $write_text
  (param $start i32) (param $here i32) (param $end i32) (param $quality i32) (param $work_ptr i32)
  (call $begin_tables
    (local.get $work_ptr)
    (i32.sub (local.get $end) (local.get $start))
    (local.get $quality))
  (global.set $text_start (local.get $start))
  (global.set $text_end (local.get $end))
  (global.set $words_sought (i32.const 0))
  (global.set $words_found (i32.const 0))
  (global.set $last_1 (global.get $NO_DISTANCE))
  (global.set $last_2 (global.get $NO_DISTANCE))
  (global.set $last_3 (global.get $NO_DISTANCE))
  (global.set $last_4 (global.get $NO_DISTANCE))
  (if (i32.eq (local.get $start) (local.get $here))
    (then
      ;; What a stream begins with.
      (global.set $last_1 (i32.const 4))
      (global.set $last_2 (i32.const 11))
      (global.set $last_3 (i32.const 15))
      (global.set $last_4 (i32.const 16))))
  (call $begin_blocks
    (local.get $here)
    (i32.add
      (local.get $work_ptr)
      (call $tables_size
        (i32.sub (local.get $end) (local.get $start))
        (local.get $quality)))
    (i32.sub (local.get $end) (local.get $start)))
  (if (i32.le_u (local.get $quality) (i32.const 1))
    (then
      (call $know_heads (local.get $start) (local.get $here))
      (call $parse_fast (local.get $here) (local.get $end)))
    (else
      (call $know (local.get $start) (local.get $here))
      (call $parse (local.get $here) (local.get $end)))))

;; Parses [$here, $end), looking hard.
(func $parse (param $here i32) (param $end i32)
  (local $token i32)       ;; where the next command goes
  (local $literals i32)    ;; where the literals of it begin
  (local $last i32)        ;; where eight bytes can no longer be read
  (local $chunk_end i32)
  (local $stop i32)        ;; where something else is to be done first
  (local $len i32)
  (local $distance i32)
  (local $score i32)
  (local $cut i32)
  (local $next_len i32)
  (local $next_distance i32)
  (local $next_score i32)
  (local $delays i32)
  (local $copy_end i32)
  (local $patient_to i32)  ;; up to where each place is looked at
  (local $step i32)
  (local.set $token (global.get $tokens))
  (local.set $literals (local.get $here))
  (local.set $chunk_end (i32.add (local.get $here) (global.get $CHUNK)))
  (local.set $patient_to (i32.add (local.get $here) (global.get $PATIENCE)))
  (local.set $last (i32.sub (local.get $end) (i32.const 7)))
  (block $done
    (br_if $done
      (i32.lt_u (i32.sub (local.get $end) (local.get $here)) (i32.const 8)))
    (loop $next_search
      (if (i32.ge_u (local.get $here) (local.get $stop))
        (then
          (br_if $done (i32.ge_u (local.get $here) (local.get $last)))
          (if (i32.ge_u (local.get $here) (local.get $chunk_end))
            (then
              (local.set $token
                (call $end_chunk (local.get $literals) (local.get $here) (local.get $token)))
              (local.set $literals (call $greater! (local.get $literals) (global.get $chunk_ptr)))
              (local.set $chunk_end (i32.add (local.get $here) (global.get $CHUNK)))))
          (local.set $stop (call $least! (local.get $chunk_end) (local.get $last)))))
      (call $find (local.get $here))
      (local.set $score)
      (local.set $distance)
      (local.set $len)
      (if (i32.eq (local.get $score) (global.get $LEAST_SCORE))
        (then
          (local.set $here (i32.add (local.get $here) (i32.const 1)))
          (br_if $next_search (i32.lt_u (local.get $here) (local.get $patient_to)))
          (local.set $here
            (i32.add
              (local.get $here)
              (select
                (i32.const 3)
                (i32.const 1)
                (i32.gt_u
                  (i32.sub (local.get $here) (local.get $patient_to))
                  (i32.const 256)))))
          (br $next_search)))
      (local.set $cut (global.get $word_cut))
      (local.set $delays
        (select
          (i32.const 0)
          (global.get $waits)
          (i32.ge_u (local.get $len) (global.get $nice))))
      (block $taken
        (loop $next_delay
          (br_if $taken (i32.eqz (local.get $delays)))
          (br_if $taken
            (i32.ge_u (i32.add (local.get $here) (i32.const 1)) (local.get $last)))
          (call $find (i32.add (local.get $here) (i32.const 1)))
          (local.set $next_score)
          (local.set $next_distance)
          (local.set $next_len)
          (local.set $delays (i32.sub (local.get $delays) (i32.const 1)))
          (if
            (i32.ge_s
              (local.get $next_score)
              (i32.add (local.get $score) (global.get $LATER_SCORE)))
            (then
              (local.set $here (i32.add (local.get $here) (i32.const 1)))
              (local.set $len (local.get $next_len))
              (local.set $distance (local.get $next_distance))
              (local.set $score (local.get $next_score))
              (local.set $cut (global.get $word_cut))
              (br $next_delay)))))
      (if (i32.le_u (local.get $distance) (call $reach! (local.get $here)))
        (then (local.set $cut (i32.const 0)))
        (else
          (local.set $distance (i32.or (local.get $distance) (global.get $OF_WORD)))))
      (local.set $token
        (call $add_command
          (local.get $token)
          (local.get $literals)
          (local.get $here)
          (local.get $len)
          (local.get $cut)
          (local.get $distance)))
      (local.set $copy_end (i32.add (local.get $here) (local.get $len)))
      (call $know (i32.add (local.get $here) (i32.const 2)) (local.get $copy_end))
      (local.set $here (local.get $copy_end))
      (local.set $literals (local.get $copy_end))
      (local.set $patient_to
        (i32.add
          (i32.add (local.get $here) (local.get $len))
          (global.get $PATIENCE)))
      (br $next_search)))
  (call $end_text (local.get $literals) (local.get $end) (local.get $token)))

;; What a distance is called (RFC 7932, 4): 0 to 15 by the last ones, or else 15 more than it is.
(func $distance_code (param $distance i32) (result i32)
  (local $near i32) ;; three more than it is over the last one, or the one before it
  (if (i32.eq (local.get $distance) (global.get $last_1)) (then (return (i32.const 0))))
  (if (i32.eq (local.get $distance) (global.get $last_2)) (then (return (i32.const 1))))
  (local.set $near
    (i32.sub (i32.add (local.get $distance) (i32.const 3)) (global.get $last_1)))
  (if (i32.lt_u (local.get $near) (i32.const 7))
    (then
      (return
        (i32.and
          (i32.shr_u (i32.const 0x9750468) (i32.shl (local.get $near) (i32.const 2)))
          (i32.const 15)))))
  (local.set $near
    (i32.sub (i32.add (local.get $distance) (i32.const 3)) (global.get $last_2)))
  (if (i32.lt_u (local.get $near) (i32.const 7))
    (then
      (return
        (i32.and
          (i32.shr_u (i32.const 0xfdb1ace) (i32.shl (local.get $near) (i32.const 2)))
          (i32.const 15)))))
  (if (i32.eq (local.get $distance) (global.get $last_3)) (then (return (i32.const 2))))
  (if (i32.eq (local.get $distance) (global.get $last_4)) (then (return (i32.const 3))))
  (i32.add (local.get $distance) (i32.const 15)))

;; What a distance is called; then it is the last one.
(func $remembered (param $distance i32) (result i32)
  (local $code i32)
  (local.set $code (call $distance_code (local.get $distance)))
  (if (local.get $code)
    (then
      (global.set $last_4 (global.get $last_3))
      (global.set $last_3 (global.get $last_2))
      (global.set $last_2 (global.get $last_1))
      (global.set $last_1 (local.get $distance))))
  (local.get $code))

;; Parses [$here, $end) in one pass: of each hash the last place is looked at, and the longer there
;; is no copy, the more places are left out.
(func $parse_fast (param $here i32) (param $end i32)
  (local $heads i32)
  (local $mask i32)
  (local $token i32)       ;; where the next command goes
  (local $literals i32)    ;; where the literals of it begin
  (local $last i32)        ;; where eight bytes can no longer be read
  (local $chunk_end i32)
  (local $stop i32)        ;; where something else is to be done first
  (local $bytes i32)       ;; the first four
  (local $head i32)
  (local $before i32)
  (local $len i32)
  (local $patience i32)
  (local.set $heads (global.get $tags))
  (local.set $mask (global.get $mask))
  (local.set $patience (global.get $tries))
  (local.set $token (global.get $tokens))
  (local.set $literals (local.get $here))
  (local.set $chunk_end (i32.add (local.get $here) (global.get $CHUNK)))
  (local.set $last (i32.sub (local.get $end) (i32.const 7)))
  (block $done
    (br_if $done
      (i32.lt_u (i32.sub (local.get $end) (local.get $here)) (i32.const 8)))
    (loop $next_search
      (if (i32.ge_u (local.get $here) (local.get $stop))
        (then
          (br_if $done (i32.ge_u (local.get $here) (local.get $last)))
          (if (i32.ge_u (local.get $here) (local.get $chunk_end))
            (then
              (local.set $token
                (call $end_chunk (local.get $literals) (local.get $here) (local.get $token)))
              (local.set $literals
                (call $greater! (local.get $literals) (global.get $chunk_ptr)))
              (local.set $chunk_end (i32.add (local.get $here) (global.get $CHUNK)))))
          (local.set $stop (call $least! (local.get $chunk_end) (local.get $last)))))
      (local.set $bytes (i32.load (local.get $here)))
      (local.set $head (call $head! (local.get $heads) (local.get $mask) (local.get $here)))
      (local.set $before (i32.load (local.get $head)))
      (i32.store (local.get $head) (local.get $here))
      (block $found
        ;; The last distance takes few bits.
        (if (i32.le_u (global.get $last_1) (call $reach! (local.get $here)))
          (then
            (if
              (i32.eq
                (i32.load (i32.sub (local.get $here) (global.get $last_1)))
                (local.get $bytes))
              (then
                (local.set $before (i32.sub (local.get $here) (global.get $last_1)))
                (br $found)))))
        (if
          (i32.ge_u
            (local.get $before)
            (i32.sub (local.get $here) (call $reach! (local.get $here))))
          (then
            (br_if $found (i32.eq (i32.load (local.get $before)) (local.get $bytes)))))
        (local.set $here
          (i32.add
            (i32.add (local.get $here) (i32.const 1))
            (i32.shr_u
              (i32.sub (local.get $here) (local.get $literals))
              (local.get $patience))))
        (br $next_search))
      (local.set $len
        (call $same_bytes!
          (local.get $here)
          (local.get $before)
          (call $least!
            (i32.sub (local.get $end) (local.get $here))
            (global.get $LONGEST_COPY))))
      (block $whole
        (loop $next_back
          (br_if $whole (i32.eq (local.get $here) (local.get $literals)))
          (br_if $whole (i32.eq (local.get $before) (global.get $text_start)))
          (br_if $whole
            (i32.ne
              (i32.load8_u (i32.sub (local.get $here) (i32.const 1)))
              (i32.load8_u (i32.sub (local.get $before) (i32.const 1)))))
          (local.set $here (i32.sub (local.get $here) (i32.const 1)))
          (local.set $before (i32.sub (local.get $before) (i32.const 1)))
          (local.set $len (i32.add (local.get $len) (i32.const 1)))
          (br $next_back)))
      (local.set $token
        (call $add_command
          (local.get $token)
          (local.get $literals)
          (local.get $here)
          (local.get $len)
          (i32.const 0)
          (i32.sub (local.get $here) (local.get $before))))
      (local.set $before (i32.add (local.get $here) (i32.const 2)))
      (local.set $here (i32.add (local.get $here) (local.get $len)))
      (local.set $literals (local.get $here))
      ;; Of what is copied two places are known, as far as eight bytes can be read.
      (if (i32.lt_u (local.get $here) (local.get $last))
        (then
          (i32.store
            (call $head! (local.get $heads) (local.get $mask) (local.get $before))
            (local.get $before))
          (local.set $before (i32.sub (local.get $here) (i32.const 2)))
          (i32.store
            (call $head! (local.get $heads) (local.get $mask) (local.get $before))
            (local.get $before))))
      (br $next_search)))
  (call $end_text (local.get $literals) (local.get $end) (local.get $token)))
