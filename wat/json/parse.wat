;; From a text to its tape: the machine of `validate`, which writes down what it passes over.

;; What is open is an array or an object, and `open` is its word until it ends: its tag, how many
;; values it has so far, and the index of what is around it. In its place on the tape stands what
;; `open` was when it began. So there is no stack.

;; What tells the tag of an object from that of an array, and a value of what is open.
(global $OBJECT_BIT i64 (i64.const 4))
(global $ONE_VALUE  i64 (i64.const 256))

;; i32 json_parse(const u8 *ptr, u32 len, u32 depth, u8 *dst_ptr, u32 dst_cap, fault *fault_ptr)
;;   The tape of [ptr, ptr+len), a JSON text (RFC 8259) in UTF-8, of `depth` levels of arrays and
;;   objects at most; more than 8,192 count as that many. docs/json-tape.md says what it is made
;;   of. It may stand at any address, and has 8 * (len + 1) bytes at most.
;;   Returns how many bytes it has, a multiple of 8.
;;   -2 output_too_small: there is a tape, and dst_cap is less; or it has 2^31 bytes or more.
;;   -3 malformed: it is no such text; the fault says where none can go on. Or it has a surrogate's
;;   escape without the other half's, which is the fault.
;;   -6 too_large: up to the fault it is, and there begins a level too many, or a number that rounds
;;   to infinity. Or len is 2^31 or more, and the fault is that of depth at the first byte.
;;   Of several faults the first is told, and of a fault and too little room the fault.
;;   Reads the span. Writes [dst_ptr, dst_ptr+dst_cap), where what is behind the tape is undefined.
;;   Writes the fault, and that only with -3 and -6. len = 0 is malformed.
(func $json_parse (export "json_parse")
  (param $ptr i32) (param $len i32) (param $depth i32) (param $dst_ptr i32) (param $dst_cap i32)
  (param $fault_ptr i32)
  (result i32)
  (local $written i32)
  (local $status i32)
  (if (i32.gt_u (local.get $depth) (global.get $DEEPEST))
    (then (local.set $depth (global.get $DEEPEST))))
  (if (i32.gt_u (local.get $dst_cap) (global.get $LONGEST_TAPE))
    (then (local.set $dst_cap (global.get $LONGEST_TAPE))))
  (global.set $text (local.get $ptr))
  (global.set $end (i32.add (local.get $ptr) (local.get $len)))
  (global.set $fault (local.get $fault_ptr))
  (global.set $is_for_tape (i32.const 1))
  (if (i32.lt_s (local.get $len) (i32.const 0))
    (then
      (drop (call $refuse (local.get $ptr) (global.get $WHY_DEPTH) (global.get $WANTED_NOTHING)))
      (return (global.get $TOO_LARGE))))
  (if (local.get $len)
    (then
      (local.set $written
        (call $tape
          (local.get $ptr)
          (local.get $len)
          (local.get $depth)
          (local.get $dst_ptr)
          (i32.add (local.get $dst_ptr) (local.get $dst_cap))))
      (if (local.get $written) (then (return (local.get $written))))))
  (local.set $status (call $explain (local.get $ptr) (local.get $len) (local.get $depth)))
  ;; What has nothing wrong with it had no room.
  (select
    (local.get $status)
    (global.get $OUTPUT_TOO_SMALL)
    (local.get $status)))

;; Whether there is no room for so many bytes at `to`, which is past the end by 8 at most.
(func $lacks! (param $to i32) (param $dst_end i32) (param $len i32) (result i32)
  (i32.lt_s (i32.sub (local.get $dst_end) (local.get $to)) (local.get $len)))

;; The word of a string of `len` bytes, from `offset` on in the text.
(func $string_word! (param $kind i64) (param $offset i32) (param $len i32) (result i64)
  (i64.or
    (local.get $kind)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $offset)) (i64.const 2))
      (i64.shl (i64.extend_i32_u (local.get $len)) (i64.const 33)))))

;; Writes the string that begins behind the quote before p as the word at dst and what follows it.
;; Returns the address of the closing quote, or 0 where there is none or no room; that behind the
;; string on the tape; guard and seen.
(func $string_written!
  (param $p i32) (param $guard i32) (param $dst i32) (param $dst_end i32) (param $seen v128)
  (result i32 i32 i32 v128)
  (local $offset i32)
  (local $to i32) ;; where its next bytes go
  (local $bytes v128)
  (local $stops i32)
  (local.set $offset (i32.sub (local.get $p) (global.get $text)))
  (local.set $to (i32.add (local.get $dst) (i32.const 8)))
  (block $otherwise
    (loop $next
      (if (i32.gt_u (local.get $p) (local.get $guard))
        (then
          (local.set $p (call $to_tail (local.get $p)))
          (local.set $guard (global.get $NO_GUARD))))
      ;; Sixteen bytes, and zeros behind them; there may be no room for the word.
      (br_if $otherwise (call $lacks! (local.get $to) (local.get $dst_end) (i32.const 24)))
      (local.set $bytes (v128.load (local.get $p)))
      (v128.store (local.get $to) (local.get $bytes))
      (local.set $seen (v128.or (local.get $seen) (local.get $bytes)))
      (local.set $stops (call $stops! (local.get $bytes)))
      (if (i32.eqz (local.get $stops))
        (then
          (local.set $p (i32.add (local.get $p) (i32.const 16)))
          (local.set $to (i32.add (local.get $to) (i32.const 16)))
          (br $next))))
    (local.set $stops (i32.ctz (local.get $stops)))
    (local.set $p (i32.add (local.get $p) (local.get $stops)))
    (local.set $to (i32.add (local.get $to) (local.get $stops)))
    (br_if $otherwise (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x22)))
    (i64.store (local.get $to) (i64.const 0))
    (local.set $to (i32.sub (local.get $to) (local.get $dst)))
    (i64.store (local.get $dst)
      (call $string_word!
        (global.get $TAPE_STRING_PLAIN)
        (local.get $offset)
        (i32.sub (local.get $to) (i32.const 8))))
    (return
      (local.get $p)
      (local.get $guard)
      (i32.add
        (local.get $dst)
        (i32.and (i32.add (local.get $to) (i32.const 7)) (i32.const -8)))
      (local.get $seen)))
  (call $string_rest
    (local.get $p)
    (local.get $guard)
    (local.get $dst)
    (local.get $to)
    (local.get $dst_end)
    (local.get $offset)
    (local.get $seen)))

;; The same from p on, which is in the middle of the string, whatever is there; what is before it
;; has been written, up to `to`.
(func $string_rest
  (param $p i32) (param $guard i32) (param $dst i32) (param $to i32) (param $dst_end i32)
  (param $offset i32) (param $seen v128)
  (result i32 i32 i32 v128)
  (local $kind i64)
  (local $bytes v128)
  (local $stops i32)
  (local $byte i32)
  (local $code i32)
  (local $low i32) ;; the second half of a pair of surrogates, less 0xdc00
  (local $padded i32)
  (local.set $kind (global.get $TAPE_STRING_PLAIN))
  (block $refused
    (br_if $refused (call $lacks! (local.get $dst) (local.get $dst_end) (i32.const 8)))
    (block $quote
      (loop $next
        (if (i32.gt_u (local.get $p) (local.get $guard))
          (then
            (local.set $p (call $to_tail (local.get $p)))
            (local.set $guard (global.get $NO_GUARD))))
        ;; With less room than that: byte by byte.
        (if
          (i32.eqz (call $lacks! (local.get $to) (local.get $dst_end) (i32.const 16)))
          (then
            (local.set $bytes (v128.load (local.get $p)))
            (v128.store (local.get $to) (local.get $bytes))
            (local.set $seen (v128.or (local.get $seen) (local.get $bytes)))
            (local.set $stops (call $stops! (local.get $bytes)))
            (if (i32.eqz (local.get $stops))
              (then
                (local.set $p (i32.add (local.get $p) (i32.const 16)))
                (local.set $to (i32.add (local.get $to) (i32.const 16)))
                (br $next)))
            (local.set $stops (i32.ctz (local.get $stops)))
            (local.set $p (i32.add (local.get $p) (local.get $stops)))
            (local.set $to (i32.add (local.get $to) (local.get $stops)))))
        (local.set $byte (i32.load8_u (local.get $p)))
        (br_if $quote (i32.eq (local.get $byte) (i32.const 0x22)))
        (br_if $refused (i32.lt_u (local.get $byte) (i32.const 0x20)))
        (if (i32.ne (local.get $byte) (i32.const 0x5c))
          (then
            (br_if $refused
              (call $lacks! (local.get $to) (local.get $dst_end) (i32.const 1)))
            (i32.store8 (local.get $to) (local.get $byte))
            (local.set $seen (v128.or (local.get $seen) (i8x16.splat (local.get $byte))))
            (local.set $p (i32.add (local.get $p) (i32.const 1)))
            (local.set $to (i32.add (local.get $to) (i32.const 1)))
            (br $next)))
        (local.set $kind (global.get $TAPE_STRING_ESCAPED))
        ;; Where there is one escape there are often more, one behind the other.
        (loop $escape
          (if (i32.gt_u (local.get $p) (local.get $guard))
            (then
              (local.set $p (call $to_tail (local.get $p)))
              (local.set $guard (global.get $NO_GUARD))))
          (local.set $code
            (i32.load8_u (i32.add (global.get $MEANING) (i32.load8_u offset=1 (local.get $p)))))
          (if (i32.ne (local.get $code) (global.get $UNICODE))
            (then
              (br_if $refused (i32.eqz (local.get $code)))
              (br_if $refused
                (call $lacks! (local.get $to) (local.get $dst_end) (i32.const 1)))
              (i32.store8 (local.get $to) (local.get $code))
              (local.set $to (i32.add (local.get $to) (i32.const 1)))
              (local.set $p (i32.add (local.get $p) (i32.const 2))))
            (else
              (local.set $code (call $unit! (local.get $p)))
              (br_if $refused (i32.ge_u (local.get $code) (i32.const 0x10000)))
              (local.set $p (i32.add (local.get $p) (i32.const 6)))
              (if
                (i32.eq
                  (i32.and (local.get $code) (i32.const 0xf800))
                  (i32.const 0xd800))
                (then
                  (br_if $refused (i32.ge_u (local.get $code) (i32.const 0xdc00)))
                  (br_if $refused
                    (i32.ne (i32.load16_u (local.get $p)) (i32.const 0x755c)))
                  (local.set $low
                    (i32.xor (call $unit! (local.get $p)) (i32.const 0xdc00)))
                  (br_if $refused (i32.ge_u (local.get $low) (i32.const 0x400)))
                  (local.set $code
                    (i32.add
                      (i32.shl
                        (i32.sub (local.get $code) (i32.const 0xd7c0))
                        (i32.const 10))
                      (local.get $low)))
                  (local.set $p (i32.add (local.get $p) (i32.const 6)))))
              (local.set $to
                (call $utf8_written (local.get $code) (local.get $to) (local.get $dst_end)))
              (br_if $refused (i32.eqz (local.get $to)))))
          (br_if $escape (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x5c)))
          (br $next))))
    (i64.store (local.get $dst)
      (call $string_word!
        (local.get $kind)
        (local.get $offset)
        (i32.sub (i32.sub (local.get $to) (local.get $dst)) (i32.const 8))))
    (local.set $padded
      (i32.add
        (local.get $dst)
        (i32.and
          (i32.add (i32.sub (local.get $to) (local.get $dst)) (i32.const 7))
          (i32.const -8))))
    (br_if $refused (call $lacks! (local.get $padded) (local.get $dst_end) (i32.const 0)))
    (block $done
      (loop $zero
        (br_if $done (i32.eq (local.get $to) (local.get $padded)))
        (i32.store8 (local.get $to) (i32.const 0))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (br $zero)))
    (return (local.get $p) (local.get $guard) (local.get $padded) (local.get $seen)))
  (i32.const 0)
  (local.get $guard)
  (local.get $dst)
  (local.get $seen))

;; What the four hexadecimal digits of the escape at p are; more than 2^16 where there are fewer.
(func $unit! (param $p i32) (result i32)
  (i32.or
    (i32.or
      (i32.shl (call $hex_digit! (i32.load8_u offset=2 (local.get $p))) (i32.const 12))
      (i32.shl (call $hex_digit! (i32.load8_u offset=3 (local.get $p))) (i32.const 8)))
    (i32.or
      (i32.shl (call $hex_digit! (i32.load8_u offset=4 (local.get $p))) (i32.const 4))
      (call $hex_digit! (i32.load8_u offset=5 (local.get $p))))))

;; The value of a hexadecimal digit; where it is none, -128, whose upper bits stay set however far
;; it moves to the left.
(func $hex_digit! (param $byte i32) (result i32)
  (i32.load8_s offset=256 (;HEX;) (local.get $byte)))

;; Writes a character. Returns the address behind it; 0 where there is no room for it.
(func $utf8_written (param $code i32) (param $to i32) (param $dst_end i32) (result i32)
  (local $len i32)
  (local.set $len
    (i32.add
      (i32.add
        (i32.const 1)
        (i32.ge_u (local.get $code) (i32.const 0x80)))
      (i32.add
        (i32.ge_u (local.get $code) (i32.const 0x800))
        (i32.ge_u (local.get $code) (i32.const 0x10000)))))
  (if (call $lacks! (local.get $to) (local.get $dst_end) (local.get $len))
    (then (return (i32.const 0))))
  (block $four
    (block $three
      (block $two
        (block $one
          (br_table $one $two $three $four (i32.sub (local.get $len) (i32.const 1))))
        (i32.store8 (local.get $to) (local.get $code))
        (return (i32.add (local.get $to) (i32.const 1))))
      (i32.store8 (local.get $to)
        (i32.or (i32.shr_u (local.get $code) (i32.const 6)) (i32.const 0xc0)))
      (i32.store8 offset=1 (local.get $to) (call $continuation! (local.get $code) (i32.const 0)))
      (return (i32.add (local.get $to) (i32.const 2))))
    (i32.store8 (local.get $to)
      (i32.or (i32.shr_u (local.get $code) (i32.const 12)) (i32.const 0xe0)))
    (i32.store8 offset=1 (local.get $to) (call $continuation! (local.get $code) (i32.const 6)))
    (i32.store8 offset=2 (local.get $to) (call $continuation! (local.get $code) (i32.const 0)))
    (return (i32.add (local.get $to) (i32.const 3))))
  (i32.store8 (local.get $to)
    (i32.or (i32.shr_u (local.get $code) (i32.const 18)) (i32.const 0xf0)))
  (i32.store8 offset=1 (local.get $to) (call $continuation! (local.get $code) (i32.const 12)))
  (i32.store8 offset=2 (local.get $to) (call $continuation! (local.get $code) (i32.const 6)))
  (i32.store8 offset=3 (local.get $to) (call $continuation! (local.get $code) (i32.const 0)))
  (i32.add (local.get $to) (i32.const 4)))

;; The byte of UTF-8 that has six bits of a character, from `bit` on.
(func $continuation! (param $code i32) (param $bit i32) (result i32)
  (i32.or
    (i32.and (i32.shr_u (local.get $code) (local.get $bit)) (i32.const 0x3f))
    (i32.const 0x80)))

;; The word of an array or object that begins inside of what is `outside` bytes into the tape.
(func $opened! (param $tag i64) (param $outside i32) (result i64)
  (i64.or
    (local.get $tag)
    (i64.shl (i64.extend_i32_u (local.get $outside)) (i64.const 33))))

;; Writes the tape of a text that is not empty. Returns how many bytes it has; 0 where there is
;; none, or no room. It is long: one machine, whose registers are its locals.
(func $tape
  (param $ptr i32) (param $len i32) (param $depth i32) (param $dst_ptr i32) (param $dst_end i32)
  (result i32)
  (local $p i32)
  (local $guard i32) ;; the last address at which 64 bytes are left
  (local $run i32) ;; how much white space there was the last time
  (local $byte i32)
  (local $start i32)
  (local $level i32)
  (local $dst i32) ;; where the next word goes
  (local $around i32) ;; where that of what is open stands
  (local $open i64)
  (local $word i64)
  (local $tag i64)
  (local $seen v128) ;; bytes of strings: whether there is any that is no ASCII
  (local.set $p (local.get $ptr))
  ;; There are 64 bytes below the heap, so that this does not wrap.
  (local.set $guard (i32.sub (global.get $end) (global.get $MARGIN)))
  (local.set $dst (local.get $dst_ptr))
  (local.set $around (local.get $dst_ptr))
  ;; Around all there is no list.
  (local.set $open (global.get $OBJECT_BIT))
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
            (block $is_closed
              (block $is_word
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
                                  $number $number $number $number $number $number $number $other
                                  $other
                                  $other $other $other $other $other $other $other $other $other
                                  $other
                                  $other $other $other $other $other $other $other $other $other
                                  $other
                                  $other $other $other $other $other $other $other $other $other
                                  $other
                                  $other $array $other $other $other $other $other $other $other
                                  $other
                                  $other $other $false $other $other $other $other $other $other
                                  $other
                                  $null $other $other $other $other $other $true $other $other
                                  $other
                                  $other $other $other $object $other
                                  (i32.sub (i32.load8_u (local.get $p)) (i32.const 0x22))))
                              (local.set $start (local.get $p))
                              (call $space! (local.get $p) (local.get $guard) (local.get $run))
                              (local.set $run)
                              (local.set $guard)
                              (local.set $p)
                              (br_if $refused (i32.eq (local.get $p) (local.get $start)))
                              (br $value))
                            (call $string_written!
                              (i32.add (local.get $p) (i32.const 1))
                              (local.get $guard)
                              (local.get $dst)
                              (local.get $dst_end)
                              (local.get $seen))
                            (local.set $seen)
                            (local.set $dst)
                            (local.set $guard)
                            (local.set $p)
                            (br_if $refused (i32.eqz (local.get $p)))
                            (local.set $p (i32.add (local.get $p) (i32.const 1)))
                            (br $is_passed))
                          (loop $number_of_list
                            (br_if $refused
                              (call $lacks! (local.get $dst) (local.get $dst_end) (i32.const 16)))
                            (call $number_value! (local.get $p))
                            (local.set $word)
                            (local.set $tag)
                            (local.set $p)
                            (i64.store (local.get $dst) (local.get $tag))
                            (i64.store offset=8 (local.get $dst) (local.get $word))
                            (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
                            (br_if $refused (i32.eqz (local.get $p)))
                            (br_if $is_passed
                              (i32.wrap_i64 (i64.and (local.get $open) (global.get $OBJECT_BIT))))
                            (local.set $start
                              (call $next_number! (local.get $p) (local.get $guard)))
                            (br_if $is_passed (i32.eqz (local.get $start)))
                            (local.set $p (local.get $start))
                            (local.set $open (i64.add (local.get $open) (global.get $ONE_VALUE)))
                            (br $number_of_list)))
                        (br_if $refused (i32.ne (i32.load (local.get $p)) (i32.const 0x6c6c756e)))
                        (local.set $p (i32.add (local.get $p) (i32.const 4)))
                        (local.set $word (global.get $TAPE_TAG_NULL))
                        (br $is_word))
                      (br_if $refused
                        (i32.ne (i32.load offset=1 (local.get $p)) (i32.const 0x65736c61)))
                      (local.set $p (i32.add (local.get $p) (i32.const 5)))
                      (local.set $word (global.get $TAPE_TAG_FALSE))
                      (br $is_word))
                    (br_if $refused (i32.ne (i32.load (local.get $p)) (i32.const 0x65757274)))
                    (local.set $p (i32.add (local.get $p) (i32.const 4)))
                    (local.set $word (global.get $TAPE_TAG_TRUE))
                    (br $is_word))
                  (br_if $refused (i32.ge_u (local.get $level) (local.get $depth)))
                  (br_if $refused
                    (call $lacks! (local.get $dst) (local.get $dst_end) (i32.const 8)))
                  (local.set $level (i32.add (local.get $level) (i32.const 1)))
                  (i64.store (local.get $dst) (local.get $open))
                  (local.set $open
                    (call $opened!
                      (global.get $TAPE_TAG_ARRAY)
                      (i32.sub (local.get $around) (local.get $dst_ptr))))
                  (local.set $around (local.get $dst))
                  (local.set $dst (i32.add (local.get $dst) (i32.const 8)))
                  (call $space!
                    (i32.add (local.get $p) (i32.const 1))
                    (local.get $guard)
                    (local.get $run))
                  (local.set $run)
                  (local.set $guard)
                  (local.set $p)
                  (br_if $value (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x5d)))
                  (local.set $p (i32.add (local.get $p) (i32.const 1)))
                  (br $is_closed))
                (br_if $refused (i32.ge_u (local.get $level) (local.get $depth)))
                (br_if $refused
                  (call $lacks! (local.get $dst) (local.get $dst_end) (i32.const 8)))
                (local.set $level (i32.add (local.get $level) (i32.const 1)))
                (i64.store (local.get $dst) (local.get $open))
                (local.set $open
                  (call $opened!
                    (global.get $TAPE_TAG_OBJECT)
                    (i32.sub (local.get $around) (local.get $dst_ptr))))
                (local.set $around (local.get $dst))
                (local.set $dst (i32.add (local.get $dst) (i32.const 8)))
                (call $space!
                  (i32.add (local.get $p) (i32.const 1))
                  (local.get $guard)
                  (local.get $run))
                (local.set $run)
                (local.set $guard)
                (local.set $p)
                (br_if $is_key (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x7d)))
                (local.set $p (i32.add (local.get $p) (i32.const 1)))
                (br $is_closed))
              ;; A literal.
              (br_if $refused
                (call $lacks! (local.get $dst) (local.get $dst_end) (i32.const 8)))
              (i64.store (local.get $dst) (local.get $word))
              (local.set $dst (i32.add (local.get $dst) (i32.const 8)))
              (br $is_passed))
            (call $closed!
              (local.get $around)
              (local.get $open)
              (local.get $dst_ptr)
              (local.get $dst))
            (local.set $open)
            (local.set $around)
            (local.set $level (i32.sub (local.get $level) (i32.const 1))))
          ;; Behind a value.
          (loop $passed
            (local.set $open (i64.add (local.get $open) (global.get $ONE_VALUE)))
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
            (if (i32.wrap_i64 (i64.and (local.get $open) (global.get $OBJECT_BIT)))
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
                (if (i32.eq (local.get $byte) (i32.const 0x2c))
                  (then
                    (call $space! (local.get $p) (local.get $guard) (local.get $run))
                    (local.set $run)
                    (local.set $guard)
                    (local.set $p)
                    (br $value)))
                (br_if $refused (i32.ne (local.get $byte) (i32.const 0x5d)))))
            (call $closed!
              (local.get $around)
              (local.get $open)
              (local.get $dst_ptr)
              (local.get $dst))
            (local.set $open)
            (local.set $around)
            (local.set $level (i32.sub (local.get $level) (i32.const 1)))
            (br $passed)))
        ;; A key comes next.
        (br_if $refused (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x22)))
        (call $string_written!
          (i32.add (local.get $p) (i32.const 1))
          (local.get $guard)
          (local.get $dst)
          (local.get $dst_end)
          (local.get $seen))
        (local.set $seen)
        (local.set $dst)
        (local.set $guard)
        (local.set $p)
        (br_if $refused (i32.eqz (local.get $p)))
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
    (if (i8x16.bitmask (local.get $seen))
      (then
        (br_if $refused (i32.eqz (call $is_utf8 (local.get $ptr) (local.get $len))))))
    (return (i32.sub (local.get $dst) (local.get $dst_ptr))))
  (i32.const 0))

;; Completes the word at `around` of what ends before dst. Returns where the word of what is around
;; it stands, and what that was.
(func $closed!
  (param $around i32) (param $open i64) (param $dst_ptr i32) (param $dst i32) (result i32 i64)
  (local $outside i64)
  (local.set $outside (i64.load (local.get $around)))
  (i64.store (local.get $around)
    (i64.or
      (i64.and (local.get $open) (i64.const 0xf_ffff_ffff))
      (i64.shl
        (i64.extend_i32_u (i32.sub (local.get $dst) (local.get $dst_ptr)))
        (i64.const 33))))
  ;; The index, times eight; below it there are bits of the number of values.
  (i32.add
    (local.get $dst_ptr)
    (i32.and
      (i32.wrap_i64 (i64.shr_u (local.get $open) (i64.const 33)))
      (i32.const -8)))
  (local.get $outside))
