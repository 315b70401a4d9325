;; Text from a tape: a machine that is driven by words, with its registers in locals.

;; Enumeration layout
;;   value  name      meaning
;;       1  indented  a value or member a line, as serde_json's PrettyFormatter has it
;;       2  tabs      indented with tabs and not with spaces
(global $LAYOUT_INDENTED i32 (i32.const 1))
(global $LAYOUT_TABS     i32 (i32.const 2))

(global $MOST_INDENT i32 (i32.const 16))

;; Begins a line and indents it by `count` bytes like those of `space`, or by none where the text
;; does not fit any more: levels take a time that grows with their square. Returns dst and guard.
(func $write_line (param $dst i32) (param $guard i32) (param $count i32) (param $space v128)
  (result i32 i32)
  (i32.store8 (local.get $dst) (i32.const 0x0a))
  (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
  (if (global.get $is_full) (then (local.set $count (i32.const 0))))
  (loop $next
    (v128.store (local.get $dst) (local.get $space))
    (if (i32.gt_u (local.get $count) (i32.const 16))
      (then
        (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
        (local.set $count (i32.sub (local.get $count) (i32.const 16)))
        (if (i32.gt_u (local.get $dst) (local.get $guard))
          (then
            (call $room (local.get $dst))
            (local.set $guard)
            (local.set $dst)))
        (br $next))))
  (i32.add (local.get $dst) (local.get $count))
  (local.get $guard))

;; i32 json_serialize(const u8 *tape_ptr, u32 tape_len, u32 layout, u32 indent,
;;                    u8 *dst_ptr, u32 dst_cap, fault *fault_ptr)
;;   The JSON text of the tape [tape_ptr, tape_ptr+tape_len), byte for byte as serde_json writes it.
;;   The tape may stand at any address; whether it is well-formed is found out on the way.
;;   `layout` is a sum of the enumeration, other bits are ignored. `indent` is how many spaces or
;;   tabs a level has; more than 16 count as 16. Without `indented` it means nothing.
;;   Returns the length written.
;;   -2 output_too_small: it does not fit; the tape is well-formed all the same.
;;   -3 malformed: the tape is not; the fault's start is the index of the first word that is wrong,
;;   its end the one behind, or the same where the tape ends; its code is of `tape_fault`.
;;   -6 too_large: up to the fault it is, and there begins a level that is more than the 8,192nd.
;;   Reads the span, writes the static region and within [dst_ptr, dst_ptr+dst_cap), and with -3 and
;;   -6 the fault. tape_len = 0 is malformed.
(func $json_serialize (export "json_serialize")
  (param $tape_ptr i32) (param $tape_len i32) (param $layout i32) (param $indent i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32)
  (result i32)
  (local $p i32)
  (local $tape_end i32)
  (local $dst i32)
  (local $guard i32)
  (local $space v128) ;; what a line begins with
  (local $end i32) ;; of the array or object
  (local $left i32) ;; what is still to come in it: values, or keys and values
  (local $is_object i32)
  (local $level i32)
  (local $separator i32) ;; what stands before the next key or value: a comma, a colon, or 0
  (local $is_key i32)
  (local $word i64)
  (local $src i32)
  (local $len i32)
  (local $size i32) ;; of a string with its padding
  (local $bytes v128)
  (local $high i32) ;; not 0 where a string is not all ASCII
  (local $child_end i32)
  (local $place i32) ;; of what is kept of a level
  (local $next i32)
  (local.set $p (local.get $tape_ptr))
  (global.set $text (local.get $tape_ptr))
  (global.set $tape_len (local.get $tape_len))
  (global.set $fault (local.get $fault_ptr))
  (if (i32.eqz (call $is_length! (local.get $tape_len)))
    (then
      (return
        (call $refuse_word
          (i32.add (local.get $p) (local.get $tape_len))
          (global.get $TAPE_FAULT_LENGTH)))))
  (local.set $tape_end (i32.add (local.get $tape_ptr) (local.get $tape_len)))
  (local.set $indent
    (select
      (local.get $indent)
      (global.get $MOST_INDENT)
      (i32.lt_u (local.get $indent) (global.get $MOST_INDENT))))
  (local.set $space
    (i8x16.splat
      (select
        (i32.const 0x09)
        (i32.const 0x20)
        (i32.and (local.get $layout) (global.get $LAYOUT_TABS)))))
  (local.set $layout (i32.and (local.get $layout) (global.get $LAYOUT_INDENTED)))
  (call $begin (local.get $dst_ptr) (local.get $dst_cap))
  (local.set $guard)
  (local.set $dst)
  (local.set $end (local.get $tape_end))
  (local.set $left (i32.const 1))
  (loop $item (result i32)
    (if (i32.gt_u (local.get $dst) (local.get $guard))
      (then
        (call $room (local.get $dst))
        (local.set $guard)
        (local.set $dst)))
    (if (i32.eqz (local.get $left))
      (then
        (if (i32.ne (local.get $p) (local.get $end))
          (then
            (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_BEHIND)))))
        (if (i32.eqz (local.get $level))
          (then
            (return
              (call $finish (local.get $dst) (local.get $dst_ptr)))))
        (local.set $level (i32.sub (local.get $level) (i32.const 1)))
        (if
          (i32.and
            (local.get $layout)
            (i32.ne (local.get $separator) (i32.const 0)))
          (then
            (call $write_line
              (local.get $dst)
              (local.get $guard)
              (i32.mul (local.get $level) (local.get $indent))
              (local.get $space))
            (local.set $guard)
            (local.set $dst)))
        ;; ] or }
        (i32.store8
          (local.get $dst)
          (i32.or
            (i32.const 0x5d)
            (i32.shl (local.get $is_object) (i32.const 5))))
        (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
        (local.set $place
          (i32.add
            (global.get $LEVELS)
            (i32.shl (local.get $level) (i32.const 3))))
        (local.set $end (i32.load (local.get $place)))
        (local.set $left (i32.load offset=4 (local.get $place)))
        (local.set $is_object (i32.shr_u (local.get $left) (i32.const 31)))
        (local.set $left (i32.and (local.get $left) (i32.const 0x7fff_ffff)))
        (local.set $separator (i32.const 0x2c))
        (br $item)))
    (if (i32.eq (local.get $p) (local.get $end))
      (then
        (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_ENDS)))))
    (local.set $word (i64.load (local.get $p)))
    (i32.store8 (local.get $dst) (local.get $separator))
    (local.set $dst
      (i32.add
        (local.get $dst)
        (i32.ne (local.get $separator) (i32.const 0))))
    (if (local.get $layout)
      (then
        (if (i32.eq (local.get $separator) (i32.const 0x3a))
          (then
            (i32.store8 (local.get $dst) (i32.const 0x20))
            (local.set $dst (i32.add (local.get $dst) (i32.const 1))))
          (else
            (if (local.get $level)
              (then
                (call $write_line
                  (local.get $dst)
                  (local.get $guard)
                  (i32.mul (local.get $level) (local.get $indent))
                  (local.get $space))
                (local.set $guard)
                (local.set $dst)))))))
    ;; Of keys and values an even number is left where a key comes.
    (local.set $is_key
      (i32.and
        (local.get $is_object)
        (i32.xor (local.get $left) (i32.const -1))))
    (local.set $left (i32.sub (local.get $left) (i32.const 1)))
    (if (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 3))
      (then
        (if
          (i32.eq
            (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 3))
            (i32.const 3))
          (then
            (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_TAG)))))
        (local.set $src (i32.add (local.get $p) (i32.const 8)))
        (local.set $len
          (i32.wrap_i64 (i64.shr_u (local.get $word) (i64.const 33))))
        (local.set $size (call $padded! (local.get $len)))
        (if
          (i32.gt_u
            (local.get $size)
            (i32.sub (local.get $end) (local.get $src)))
          (then
            (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_ENDS)))))
        (local.set $next (i32.add (local.get $src) (local.get $size)))
        (if
          (i64.ne
            (call $padding!
              (i64.load (i32.sub (local.get $next) (i32.const 8)))
              (local.get $len))
            (i64.const 0))
          (then
            (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_PADDING)))))
        (i32.store8 (local.get $dst) (i32.const 0x22))
        (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
        (block $written
          (if
            (i32.ge_u
              (i32.sub (local.get $tape_end) (local.get $src))
              (i32.const 16))
            (then
              (local.set $bytes (v128.load (local.get $src)))
              (v128.store (local.get $dst) (local.get $bytes))
              (if
                (i32.ge_u
                  (i32.ctz
                    (i32.or
                      (call $stops! (local.get $bytes))
                      (i32.const 0x10000)))
                  (local.get $len))
                (then
                  (local.set $high
                    (i32.shl
                      (i8x16.bitmask (local.get $bytes))
                      (i32.sub (i32.const 32) (local.get $len))))
                  (local.set $dst (i32.add (local.get $dst) (local.get $len)))
                  (br $written)))))
          (call $write_escaped
            (local.get $src)
            (local.get $len)
            (local.get $tape_end)
            (local.get $dst)
            (local.get $guard))
          (local.set $high)
          (local.set $guard)
          (local.set $dst))
        (if (local.get $high)
          (then
            (if
              (i32.eqz
                (call $is_utf8_padded (local.get $src) (local.get $len)))
              (then
                (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_UTF8)))))))
        (i32.store8 (local.get $dst) (i32.const 0x22))
        (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
        (local.set $separator
          (select
            (i32.const 0x3a)
            (i32.const 0x2c)
            (i32.and (local.get $is_key) (i32.const 1))))
        (local.set $p (local.get $next))
        (br $item)))
    (if (i32.and (local.get $is_key) (i32.const 1))
      (then
        (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_KEY)))))
    (local.set $separator (i32.const 0x2c))
    (if (i64.lt_u (local.get $word) (i64.const 24))
      (then
        (block $double
          (block $above
            (block $integer
              (block $true
                (block $false
                  (block $null
                    (br_table $null $false $true $integer $above $double
                      (i32.shr_u
                        (i32.wrap_i64 (local.get $word))
                        (i32.const 2))))
                  (i32.store (local.get $dst) (i32.const 0x6c6c756e))
                  (local.set $dst (i32.add (local.get $dst) (i32.const 4)))
                  (local.set $p (i32.add (local.get $p) (i32.const 8)))
                  (br $item))
                (i64.store (local.get $dst) (i64.const 0x65736c6166))
                (local.set $dst (i32.add (local.get $dst) (i32.const 5)))
                (local.set $p (i32.add (local.get $p) (i32.const 8)))
                (br $item))
              (i32.store (local.get $dst) (i32.const 0x65757274))
              (local.set $dst (i32.add (local.get $dst) (i32.const 4)))
              (local.set $p (i32.add (local.get $p) (i32.const 8)))
              (br $item))
            (if
              (i32.eq
                (i32.sub (local.get $end) (local.get $p))
                (i32.const 8))
              (then
                (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_ENDS)))))
            (local.set $word (i64.load offset=8 (local.get $p)))
            (local.set $p (i32.add (local.get $p) (i32.const 16)))
            (if (i64.lt_s (local.get $word) (i64.const 0))
              (then
                (i32.store8 (local.get $dst) (i32.const 0x2d))
                (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
                (local.set $word (i64.sub (i64.const 0) (local.get $word)))))
            (local.set $dst
              (call $write_integer (local.get $dst) (local.get $word)))
            (br $item))
          (if (i32.eq (i32.sub (local.get $end) (local.get $p)) (i32.const 8))
            (then
              (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_ENDS)))))
          (local.set $word (i64.load offset=8 (local.get $p)))
          (if (i64.ge_s (local.get $word) (i64.const 0))
            (then
              (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_SMALL)))))
          (local.set $p (i32.add (local.get $p) (i32.const 16)))
          (local.set $dst
            (call $write_integer (local.get $dst) (local.get $word)))
          (br $item))
        (if (i32.eq (i32.sub (local.get $end) (local.get $p)) (i32.const 8))
          (then
            (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_ENDS)))))
        (local.set $dst
          (call $write_double
            (local.get $dst)
            (i64.load offset=8 (local.get $p))))
        (if (i32.eqz (local.get $dst))
          (then
            (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_NOT_FINITE)))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $item)))
    ;; An array or an object: 24 or 28.
    (if
      (i32.ne
        (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 0xfb))
        (i32.const 24))
      (then
        (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_TAG)))))
    (local.set $place
      (i32.add
        (global.get $LEVELS)
        (i32.shl (local.get $level) (i32.const 3))))
    (call $container! (local.get $word) (local.get $tape_ptr))
    (local.set $child_end)
    (local.set $len)
    (if
      (call $ends_elsewhere!
        (local.get $p)
        (local.get $end)
        (local.get $child_end))
      (then
        (return (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_INDEX)))))
    (if (i32.ge_u (local.get $level) (global.get $DEEPEST))
      (then
        (drop (call $refuse_word (local.get $p) (global.get $TAPE_FAULT_DEPTH)))
        (return (global.get $TOO_LARGE))))
    (i32.store (local.get $place) (local.get $end))
    (i32.store offset=4
      (local.get $place)
      (i32.or
        (local.get $left)
        (i32.shl (local.get $is_object) (i32.const 31))))
    (local.set $level (i32.add (local.get $level) (i32.const 1)))
    (local.set $end (local.get $child_end))
    (local.set $is_object
      (i32.and
        (i32.shr_u (i32.wrap_i64 (local.get $word)) (i32.const 2))
        (i32.const 1)))
    (local.set $left (i32.shl (local.get $len) (local.get $is_object)))
    ;; [ or {
    (i32.store8
      (local.get $dst)
      (i32.or
        (i32.const 0x5b)
        (i32.shl (local.get $is_object) (i32.const 5))))
    (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
    (local.set $separator (i32.const 0))
    (local.set $p (i32.add (local.get $p) (i32.const 8)))
    (br $item)))
