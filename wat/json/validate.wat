;; Whether a text is valid: a machine that is driven by bytes, with its registers in locals.

;; The nearest 64 levels are the bits of `kinds`, the innermost the lowest; those behind them are in
;; `nesting`, a word for each 64. A set bit is an object.

;; i32 json_validate(const u8 *ptr, u32 len, u32 depth, fault *fault_ptr)
;;   Whether [ptr, ptr+len) is a JSON text (RFC 8259) in UTF-8, of `depth` levels of arrays and
;;   objects at most; more than 8,192 count as that many. Escapes of surrogates need not be in
;;   pairs, and numbers may be of any size: the grammar allows that.
;;   Returns 0 where it is.
;;   -3 malformed: it is not; the fault says where no valid text can go on.
;;   -6 too_large: up to the fault it is, and there begins a level too many. Or len is 2^31 or more,
;;   and the fault is that of depth at the first byte.
;;   Reads the span. Writes the fault, and that only with -3 and -6. len = 0 is malformed.
(func $json_validate (export "json_validate")
  (param $ptr i32) (param $len i32) (param $depth i32) (param $fault_ptr i32) (result i32)
  (if (i32.gt_u (local.get $depth) (global.get $DEEPEST))
    (then (local.set $depth (global.get $DEEPEST))))
  (global.set $text (local.get $ptr))
  (global.set $end (i32.add (local.get $ptr) (local.get $len)))
  (global.set $fault (local.get $fault_ptr))
  (global.set $is_for_tape (i32.const 0))
  (if (i32.lt_s (local.get $len) (i32.const 0))
    (then
      (drop (call $refuse (local.get $ptr) (global.get $WHY_DEPTH) (global.get $WANTED_NOTHING)))
      (return (global.get $TOO_LARGE))))
  (if (local.get $len)
    (then
      (if (call $is_json (local.get $ptr) (local.get $len) (local.get $depth))
        (then (return (i32.const 0))))))
  (call $explain (local.get $ptr) (local.get $len) (local.get $depth)))

;; The bits of the levels after one more, which `kinds` moves up for.
(func $kinds_kept! (param $level i32) (param $kinds i64)
  (if (i32.eqz (i32.and (local.get $level) (i32.const 63)))
    (then
      (i64.store
        (i32.add (global.get $NESTING) (i32.shr_u (local.get $level) (i32.const 3)))
        (local.get $kinds)))))

;; The bits of the levels after one less, of which there are `level` left.
(func $kinds_left! (param $level i32) (param $kinds i64) (result i64)
  (if (result i64) (i32.and (local.get $level) (i32.const 63))
    (then (i64.shr_u (local.get $kinds) (i64.const 1)))
    (else
      (i64.load
        (i32.add (global.get $NESTING) (i32.shr_u (local.get $level) (i32.const 3)))))))

;; Whether a text is valid. It is long: one machine, whose registers are its locals.
(func $is_json (param $ptr i32) (param $len i32) (param $depth i32) (result i32)
  (local $p i32)
  (local $guard i32) ;; the last address at which 64 bytes are left
  (local $run i32) ;; how much white space there was the last time
  (local $byte i32)
  (local $start i32)
  (local $level i32)
  (local $kinds i64)
  (local $seen v128) ;; bytes of strings: whether there is any that is no ASCII
  (local.set $p (local.get $ptr))
  ;; Around all there is no list.
  (local.set $kinds (i64.const 1))
  ;; There are 64 bytes below the heap, so that this does not wrap.
  (local.set $guard (i32.sub (global.get $end) (global.get $MARGIN)))
  (block $refused
    (block $done
      ;; A value comes next.
      (loop $value
        (block $is_key
          (block $is_passed
            (if (i32.gt_u (local.get $p) (local.get $guard))
              (then
                (local.set $p (call $to_tail (local.get $p)))
                (local.set $guard (global.get $NO_GUARD))))
            (block $object
              (block $array
                (block $true
                  (block $false
                    (block $null
                      (block $number
                        (block $string
                          (block $other
                            ;; From the quote to the brace: " - 0 to 9 [ f n t {
                            (br_table $string $other $other $other $other $other $other $other
                              $other $other $other $number $other $other $number $number $number
                              $number $number $number $number $number $number $number $other $other
                              $other $other $other $other $other $other $other $other $other $other
                              $other $other $other $other $other $other $other $other $other $other
                              $other $other $other $other $other $other $other $other $other $other
                              $other $array $other $other $other $other $other $other $other $other
                              $other $other $false $other $other $other $other $other $other $other
                              $null $other $other $other $other $other $true $other $other $other
                              $other $other $other $object $other
                              (i32.sub (i32.load8_u (local.get $p)) (i32.const 0x22))))
                          (local.set $start (local.get $p))
                          (call $space! (local.get $p) (local.get $guard) (local.get $run))
                          (local.set $run)
                          (local.set $guard)
                          (local.set $p)
                          (br_if $refused (i32.eq (local.get $p) (local.get $start)))
                          (br $value))
                        (call $string!
                          (i32.add (local.get $p) (i32.const 1))
                          (local.get $guard)
                          (local.get $seen))
                        (local.set $seen)
                        (local.set $guard)
                        (local.set $p)
                        (br_if $refused (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x22)))
                        (local.set $p (i32.add (local.get $p) (i32.const 1)))
                        (br $is_passed))
                      (loop $number_of_list
                        (local.set $p (call $number! (local.get $p)))
                        (br_if $refused (i32.eqz (local.get $p)))
                        (br_if $is_passed
                          (i32.wrap_i64 (i64.and (local.get $kinds) (i64.const 1))))
                        (local.set $start
                          (call $next_number! (local.get $p) (local.get $guard)))
                        (br_if $is_passed (i32.eqz (local.get $start)))
                        (local.set $p (local.get $start))
                        (br $number_of_list)))
                    (br_if $refused (i32.ne (i32.load (local.get $p)) (i32.const 0x6c6c756e)))
                    (local.set $p (i32.add (local.get $p) (i32.const 4)))
                    (br $is_passed))
                  (br_if $refused
                    (i32.ne (i32.load offset=1 (local.get $p)) (i32.const 0x65736c61)))
                  (local.set $p (i32.add (local.get $p) (i32.const 5)))
                  (br $is_passed))
                (br_if $refused (i32.ne (i32.load (local.get $p)) (i32.const 0x65757274)))
                (local.set $p (i32.add (local.get $p) (i32.const 4)))
                (br $is_passed))
              (br_if $refused (i32.ge_u (local.get $level) (local.get $depth)))
              (call $kinds_kept! (local.get $level) (local.get $kinds))
              (local.set $level (i32.add (local.get $level) (i32.const 1)))
              (local.set $kinds (i64.shl (local.get $kinds) (i64.const 1)))
              (call $space!
                (i32.add (local.get $p) (i32.const 1))
                (local.get $guard)
                (local.get $run))
              (local.set $run)
              (local.set $guard)
              (local.set $p)
              (br_if $value (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x5d)))
              (local.set $p (i32.add (local.get $p) (i32.const 1)))
              (local.set $level (i32.sub (local.get $level) (i32.const 1)))
              (local.set $kinds (call $kinds_left! (local.get $level) (local.get $kinds)))
              (br $is_passed))
            (br_if $refused (i32.ge_u (local.get $level) (local.get $depth)))
            (call $kinds_kept! (local.get $level) (local.get $kinds))
            (local.set $level (i32.add (local.get $level) (i32.const 1)))
            (local.set $kinds
              (i64.or (i64.shl (local.get $kinds) (i64.const 1)) (i64.const 1)))
            (call $space!
              (i32.add (local.get $p) (i32.const 1))
              (local.get $guard)
              (local.get $run))
            (local.set $run)
            (local.set $guard)
            (local.set $p)
            (br_if $is_key (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x7d)))
            (local.set $p (i32.add (local.get $p) (i32.const 1)))
            (local.set $level (i32.sub (local.get $level) (i32.const 1)))
            (local.set $kinds (call $kinds_left! (local.get $level) (local.get $kinds))))
          ;; Behind a value.
          (loop $passed
            (if (i32.gt_u (local.get $p) (local.get $guard))
              (then
                (local.set $p (call $to_tail (local.get $p)))
                (local.set $guard (global.get $NO_GUARD))))
            (call $space! (local.get $p) (local.get $guard) (local.get $run))
            (local.set $run)
            (local.set $guard)
            (local.set $p)
            (br_if $done (i32.eqz (local.get $level)))
            (local.set $byte (i32.load8_u (local.get $p)))
            (local.set $p (i32.add (local.get $p) (i32.const 1)))
            (if (i32.wrap_i64 (i64.and (local.get $kinds) (i64.const 1)))
              (then
                (if (i32.eq (local.get $byte) (i32.const 0x2c))
                  (then
                    (call $space! (local.get $p) (local.get $guard) (local.get $run))
                    (local.set $run)
                    (local.set $guard)
                    (local.set $p)
                    (br $is_key)))
                (br_if $refused (i32.ne (local.get $byte) (i32.const 0x7d))))
              (else
                (br_if $value (i32.eq (local.get $byte) (i32.const 0x2c)))
                (br_if $refused (i32.ne (local.get $byte) (i32.const 0x5d)))))
            (local.set $level (i32.sub (local.get $level) (i32.const 1)))
            (local.set $kinds (call $kinds_left! (local.get $level) (local.get $kinds)))
            (br $passed)))
        ;; A key comes next.
        (br_if $refused (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x22)))
        (call $string!
          (i32.add (local.get $p) (i32.const 1))
          (local.get $guard)
          (local.get $seen))
        (local.set $seen)
        (local.set $guard)
        (local.set $p)
        (br_if $refused (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x22)))
        (call $space!
          (i32.add (local.get $p) (i32.const 1))
          (local.get $guard)
          (local.get $run))
        (local.set $run)
        (local.set $guard)
        (local.set $p)
        (br_if $refused (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x3a)))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        ;; The one space that most writers put there.
        (local.set $p
          (i32.add (local.get $p) (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x20))))
        (br $value)))
    (br_if $refused (i32.ne (local.get $p) (global.get $end)))
    (if (i32.eqz (i8x16.bitmask (local.get $seen))) (then (return (i32.const 1))))
    (return (call $is_utf8 (local.get $ptr) (local.get $len))))
  (i32.const 0))
