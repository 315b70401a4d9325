;; Strings of JSON and what they stand for, 16 bytes a step.

;; Behind so many bytes and more without an escape steps of 64 are tried again: to try them behind
;; each escape costs 30 % where there is one in each line.
(global $LONG_RUN i32 (i32.const 63))

;; Copies 64 bytes a step while there are so many, none is to be escaped, and the guard is not
;; passed. `seen` collects all bytes. Returns p, left, dst and seen.
(func $copy_plain!
  (param $p i32) (param $left i32) (param $dst i32) (param $guard i32) (param $seen v128)
  (result i32 i32 i32 v128)
  (local $a v128)
  (local $b v128)
  (local $c v128)
  (local $d v128)
  (block $done
    (loop $next
      (br_if $done (i32.lt_u (local.get $left) (i32.const 64)))
      (br_if $done (i32.gt_u (local.get $dst) (local.get $guard)))
      (local.set $a (v128.load (local.get $p)))
      (local.set $b (v128.load offset=16 (local.get $p)))
      (local.set $c (v128.load offset=32 (local.get $p)))
      (local.set $d (v128.load offset=48 (local.get $p)))
      (br_if $done
        (i8x16.bitmask
          (v128.or
            (v128.or (call $is_stop! (local.get $a)) (call $is_stop! (local.get $b)))
            (v128.or (call $is_stop! (local.get $c)) (call $is_stop! (local.get $d))))))
      (v128.store (local.get $dst) (local.get $a))
      (v128.store offset=16 (local.get $dst) (local.get $b))
      (v128.store offset=32 (local.get $dst) (local.get $c))
      (v128.store offset=48 (local.get $dst) (local.get $d))
      (local.set $seen
        (v128.or
          (local.get $seen)
          (v128.or
            (v128.or (local.get $a) (local.get $b))
            (v128.or (local.get $c) (local.get $d)))))
      (local.set $p (i32.add (local.get $p) (i32.const 64)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 64)))
      (local.set $left (i32.sub (local.get $left) (i32.const 64)))
      (br $next)))
  (local.get $p)
  (local.get $left)
  (local.get $dst)
  (local.get $seen))

;; Writes [p, p+left), which lies before text_end, as it stands between the quotes of a string.
;; Reads up to text_end. Returns dst, guard and what is not 0 where a byte is no ASCII: then it is
;; for the caller to see whether it all is UTF-8.
(func $write_escaped
  (param $p i32) (param $left i32) (param $text_end i32) (param $dst i32) (param $guard i32)
  (result i32 i32 i32)
  (local $limit i32) ;; the last address at which 64 bytes are left before text_end
  (local $bytes v128)
  (local $stop i32) ;; how many bytes are before the first to be escaped
  (local $seen v128) ;; bytes that were copied 64 at a time
  (local $run i32) ;; how many were copied since, or since the last escape
  (local $high i32)
  (local $byte i32)
  (local $escape i64)
  (global.set $end (local.get $text_end))
  (local.set $limit (i32.sub (local.get $text_end) (global.get $MARGIN)))
  (block $done
    (loop $next
      (call $copy_plain!
        (local.get $p)
        (local.get $left)
        (local.get $dst)
        (local.get $guard)
        (local.get $seen))
      (local.set $seen)
      (local.set $dst)
      (local.set $left)
      (local.set $p)
      (local.set $run (i32.const 0))
      (loop $step
        (if (i32.gt_u (local.get $p) (local.get $limit))
          (then
            (local.set $p (call $make_tail (local.get $p)))
            (local.set $limit (global.get $NO_GUARD))))
        (if (i32.gt_u (local.get $dst) (local.get $guard))
          (then
            (call $room (local.get $dst))
            (local.set $guard)
            (local.set $dst)))
        (local.set $bytes (v128.load (local.get $p)))
        (v128.store (local.get $dst) (local.get $bytes))
        (local.set $stop
          (i32.ctz (i32.or (call $stops! (local.get $bytes)) (i32.const 0x10000))))
        (if (i32.ge_u (local.get $stop) (local.get $left))
          (then
            ;; Where left is 0 the bits of other bytes are kept, which costs the caller a look.
            (local.set $high
              (i32.or
                (local.get $high)
                (i32.shl
                  (i8x16.bitmask (local.get $bytes))
                  (i32.sub (i32.const 32) (local.get $left)))))
            (local.set $dst (i32.add (local.get $dst) (local.get $left)))
            (br $done)))
        (local.set $high
          (i32.or
            (local.get $high)
            (i32.and
              (i8x16.bitmask (local.get $bytes))
              (i32.sub (i32.shl (i32.const 1) (local.get $stop)) (i32.const 1)))))
        (local.set $p (i32.add (local.get $p) (local.get $stop)))
        (local.set $dst (i32.add (local.get $dst) (local.get $stop)))
        (local.set $left (i32.sub (local.get $left) (local.get $stop)))
        (if (i32.eq (local.get $stop) (i32.const 16))
          (then
            (local.set $run (i32.add (local.get $run) (i32.const 16)))
            (br_if $next (i32.gt_u (local.get $run) (global.get $LONG_RUN)))
            (br $step)))
        (local.set $run (i32.const 0))
        (local.set $byte (i32.load8_u (local.get $p)))
        (if (i32.lt_u (local.get $byte) (i32.const 0x20))
          (then
            (local.set $escape
              (i64.load
                (i32.add
                  (global.get $ESCAPES)
                  (i32.shl (local.get $byte) (i32.const 3)))))
            (i64.store (local.get $dst) (local.get $escape))
            (local.set $dst
              (i32.add
                (local.get $dst)
                (i32.wrap_i64 (i64.shr_u (local.get $escape) (i64.const 56))))))
          (else
            ;; A backslash, and the quote or backslash itself.
            (i32.store16
              (local.get $dst)
              (i32.or (i32.const 0x5c) (i32.shl (local.get $byte) (i32.const 8))))
            (local.set $dst (i32.add (local.get $dst) (i32.const 2)))))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br_if $step (local.get $left)))))
  (local.get $dst)
  (local.get $guard)
  (i32.or (local.get $high) (i8x16.bitmask (local.get $seen))))

;; i32 json_escape(const u8 *ptr, u32 len, u8 *dst_ptr, u32 dst_cap, fault *fault_ptr)
;;   [ptr, ptr+len), which is UTF-8, as it stands between the quotes of a JSON string (RFC 8259, 7):
;;   quotes, backslashes and control characters are escaped, the shortest way there is, and nothing
;;   else is. The same bytes as serde_json's.
;;   Returns the length written.
;;   -2 output_too_small: it does not fit; the input is UTF-8 all the same.
;;   -3 malformed: it is no UTF-8; the fault says where, its code is `why.utf8`.
;;   -6 too_large: len is 2^31 or more; the fault is that of depth at the first byte.
;;   Reads the span, writes the static region and within [dst_ptr, dst_ptr+dst_cap), and with -3 and
;;   -6 the fault. len = 0 gives 0.
(func $json_escape (export "json_escape")
  (param $ptr i32) (param $len i32) (param $dst_ptr i32) (param $dst_cap i32)
  (param $fault_ptr i32)
  (result i32)
  (local $dst i32)
  (local $guard i32)
  (local $high i32)
  (if (i32.eqz (local.get $len)) (then (return (i32.const 0))))
  (call $about_text! (local.get $ptr) (local.get $len) (local.get $fault_ptr))
  (if (i32.lt_s (local.get $len) (i32.const 0))
    (then (return (call $refuse_length (local.get $ptr)))))
  (call $begin (local.get $dst_ptr) (local.get $dst_cap))
  (local.set $guard)
  (local.set $dst)
  (call $write_escaped
    (local.get $ptr)
    (local.get $len)
    (i32.add (local.get $ptr) (local.get $len))
    (local.get $dst)
    (local.get $guard))
  (local.set $high)
  (local.set $guard)
  (local.set $dst)
  (if (local.get $high)
    (then
      (if (i32.eqz (call $is_utf8 (local.get $ptr) (local.get $len)))
        (then
          (global.set $end (i32.add (local.get $ptr) (local.get $len)))
          (local.set $dst (local.get $ptr))
          (loop $next
            (local.set $dst (call $exact_text_character (local.get $dst)))
            (br_if $next (local.get $dst)))
          (return (global.get $MALFORMED))))))
  (call $finish (local.get $dst) (local.get $dst_ptr)))

;; Notes what text is read, and where its fault goes.
(func $about_text! (param $ptr i32) (param $len i32) (param $fault_ptr i32)
  (global.set $text (local.get $ptr))
  (global.set $end (i32.add (local.get $ptr) (local.get $len)))
  (global.set $fault (local.get $fault_ptr)))

;; Refuses a text of 2^31 bytes or more.
(func $refuse_length (param $ptr i32) (result i32)
  (drop (call $refuse (local.get $ptr) (global.get $WHY_DEPTH) (global.get $WANTED_NOTHING)))
  (global.get $TOO_LARGE))

;; Passes over the character at p.
(func $exact_text_character (param $p i32) (result i32)
  (if (i32.ge_u (i32.load8_u (local.get $p)) (i32.const 0x80))
    (then (return (call $exact_sequence (local.get $p)))))
  (i32.add (local.get $p) (i32.const 1)))

;; The number of the four hexadecimal digits that stand two behind p.
(func $four_digits! (param $p i32) (result i32)
  (i32.or
    (i32.or
      (i32.shl
        (i32.load8_u offset=256 (;HEX;) (i32.load8_u offset=2 (local.get $p)))
        (i32.const 12))
      (i32.shl
        (i32.load8_u offset=256 (;HEX;) (i32.load8_u offset=3 (local.get $p)))
        (i32.const 8)))
    (i32.or
      (i32.shl
        (i32.load8_u offset=256 (;HEX;) (i32.load8_u offset=4 (local.get $p)))
        (i32.const 4))
      (i32.load8_u offset=256 (;HEX;) (i32.load8_u offset=5 (local.get $p))))))

;; Whether a code unit is of the first half of a pair, or of the second.
(func $is_surrogate! (param $digits i32) (param $half i32) (result i32)
  (i32.eq (i32.and (local.get $digits) (i32.const 0xfc00)) (local.get $half)))

(global $FIRST_HALF  i32 (i32.const 0xd800))
(global $SECOND_HALF i32 (i32.const 0xdc00))

;; The length of the escape `\u` at p, and of the one that it is a pair with; 0 where there is none.
;; Then the code point. Reads twelve bytes.
(func $unicode! (param $p i32) (result i32 i32)
  (local $point i32)
  (local $second i32)
  (if (call $has_no_digits! (local.get $p)) (then (return (i32.const 0) (i32.const 0))))
  (local.set $point (call $four_digits! (local.get $p)))
  (if (i32.ne (i32.and (local.get $point) (i32.const 0xf800)) (global.get $FIRST_HALF))
    (then (return (i32.const 6) (local.get $point))))
  (if (call $is_surrogate! (local.get $point) (global.get $FIRST_HALF))
    (then
      (local.set $p (i32.add (local.get $p) (i32.const 6)))
      ;; \u
      (if (i32.eq (i32.load16_u (local.get $p)) (i32.const 0x755c))
        (then
          (if (i32.eqz (call $has_no_digits! (local.get $p)))
            (then
              (local.set $second (call $four_digits! (local.get $p)))
              (if (call $is_surrogate! (local.get $second) (global.get $SECOND_HALF))
                (then
                  ;; 0x10000 + (first - 0xd800) * 2^10 + (second - 0xdc00)
                  (return
                    (i32.const 12)
                    (i32.sub
                      (i32.add
                        (i32.shl (local.get $point) (i32.const 10))
                        (local.get $second))
                      (i32.const 0x35f_dc00)))))))))))
  (i32.const 0)
  (i32.const 0))

;; Writes a code point in UTF-8; may write four bytes, and returns the address behind it.
(func $write_point (param $dst i32) (param $point i32) (result i32)
  (local $last i32) ;; the last continuation
  (if (i32.lt_u (local.get $point) (i32.const 0x80))
    (then
      (i32.store8 (local.get $dst) (local.get $point))
      (return (i32.add (local.get $dst) (i32.const 1)))))
  (local.set $last (i32.or (i32.and (local.get $point) (i32.const 0x3f)) (i32.const 0x80)))
  (if (i32.lt_u (local.get $point) (i32.const 0x800))
    (then
      (i32.store16
        (local.get $dst)
        (i32.or
          (i32.or (i32.shr_u (local.get $point) (i32.const 6)) (i32.const 0xc0))
          (i32.shl (local.get $last) (i32.const 8))))
      (return (i32.add (local.get $dst) (i32.const 2)))))
  ;; The second continuation, as if there were no others.
  (if (i32.lt_u (local.get $point) (i32.const 0x10000))
    (then
      (i32.store
        (local.get $dst)
        (i32.or
          (i32.or
            (i32.or (i32.shr_u (local.get $point) (i32.const 12)) (i32.const 0x80e0))
            (i32.and
              (i32.shl (local.get $point) (i32.const 2))
              (i32.const 0x3f00)))
          (i32.shl (local.get $last) (i32.const 16))))
      (return (i32.add (local.get $dst) (i32.const 3)))))
  (i32.store
    (local.get $dst)
    (i32.or
      (i32.or
        (i32.or (i32.shr_u (local.get $point) (i32.const 18)) (i32.const 0x80_80f0))
        (i32.and (i32.shr_u (local.get $point) (i32.const 4)) (i32.const 0x3f00)))
      (i32.or
        (i32.and
          (i32.shl (local.get $point) (i32.const 10))
          (i32.const 0x3f_0000))
        (i32.shl (local.get $last) (i32.const 24)))))
  (i32.add (local.get $dst) (i32.const 4)))

;; i32 json_unescape(const u8 *ptr, u32 len, u8 *dst_ptr, u32 dst_cap, fault *fault_ptr)
;;   What [ptr, ptr+len) stands for, which is what stands between the quotes of a JSON string
;;   (RFC 8259, 7). It is UTF-8, and so is the result: escapes of surrogates stand in pairs.
;;   Returns the length written.
;;   -2 output_too_small: it does not fit; the input is valid all the same.
;;   -3 malformed: it is not valid; the fault says where it cannot go on. A quote that is not
;;   escaped is a byte where the end belongs. A surrogate that is alone has its escape for a fault.
;;   -6 too_large: len is 2^31 or more; the fault is that of depth at the first byte.
;;   Reads the span, writes the static region and within [dst_ptr, dst_ptr+dst_cap), and with -3 and
;;   -6 the fault. len = 0 gives 0.
(func $json_unescape (export "json_unescape")
  (param $ptr i32) (param $len i32) (param $dst_ptr i32) (param $dst_cap i32)
  (param $fault_ptr i32)
  (result i32)
  (local $p i32)
  (local $left i32)
  (local $limit i32) ;; the last address at which 64 bytes are left
  (local $dst i32)
  (local $guard i32)
  (local $bytes v128)
  (local $seen v128)
  (local $run i32) ;; how many bytes were copied 16 at a time, or since the last escape
  (local $stop i32) ;; how many bytes are before the first that is not taken as it is
  (local $meaning i32)
  (local $size i32) ;; of an escape
  (local $point i32)
  (if (i32.eqz (local.get $len)) (then (return (i32.const 0))))
  (call $about_text! (local.get $ptr) (local.get $len) (local.get $fault_ptr))
  (if (i32.lt_s (local.get $len) (i32.const 0))
    (then (return (call $refuse_length (local.get $ptr)))))
  (call $begin (local.get $dst_ptr) (local.get $dst_cap))
  (local.set $guard)
  (local.set $dst)
  (local.set $p (local.get $ptr))
  (local.set $left (local.get $len))
  (local.set $limit (i32.sub (global.get $end) (global.get $MARGIN)))
  (block $refused
    (block $done
      (loop $next
        (call $copy_plain!
          (local.get $p)
          (local.get $left)
          (local.get $dst)
          (local.get $guard)
          (local.get $seen))
        (local.set $seen)
        (local.set $dst)
        (local.set $left)
        (local.set $p)
        (local.set $run (i32.const 0))
        (loop $step
          (if (i32.gt_u (local.get $p) (local.get $limit))
            (then
              (local.set $p (call $make_tail (local.get $p)))
              (local.set $limit (global.get $NO_GUARD))))
          (if (i32.gt_u (local.get $dst) (local.get $guard))
            (then
              (call $room (local.get $dst))
              (local.set $guard)
              (local.set $dst)))
          (local.set $bytes (v128.load (local.get $p)))
          (v128.store (local.get $dst) (local.get $bytes))
          (local.set $seen (v128.or (local.get $seen) (local.get $bytes)))
          (local.set $stop
            (i32.ctz (i32.or (call $stops! (local.get $bytes)) (i32.const 0x10000))))
          (if (i32.ge_u (local.get $stop) (local.get $left))
            (then
              (local.set $dst (i32.add (local.get $dst) (local.get $left)))
              (br $done)))
          (local.set $p (i32.add (local.get $p) (local.get $stop)))
          (local.set $dst (i32.add (local.get $dst) (local.get $stop)))
          (local.set $left (i32.sub (local.get $left) (local.get $stop)))
          (if (i32.eq (local.get $stop) (i32.const 16))
            (then
              (local.set $run (i32.add (local.get $run) (i32.const 16)))
              (br_if $next (i32.gt_u (local.get $run) (global.get $LONG_RUN)))
              (br $step)))
          (local.set $run (i32.const 0))
          (br_if $refused (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x5c)))
          ;; Where there is one escape there are often more, one behind the other.
          (loop $escape
            (if (i32.gt_u (local.get $p) (local.get $limit))
              (then
                (local.set $p (call $make_tail (local.get $p)))
                (local.set $limit (global.get $NO_GUARD))))
            (if (i32.gt_u (local.get $dst) (local.get $guard))
              (then
                (call $room (local.get $dst))
                (local.set $guard)
                (local.set $dst)))
            (local.set $meaning
              (i32.load8_u (i32.add (global.get $MEANING) (i32.load8_u offset=1 (local.get $p)))))
            (if (i32.eq (local.get $meaning) (global.get $UNICODE))
              (then
                (call $unicode! (local.get $p))
                (local.set $point)
                (local.set $size)
                (br_if $refused (i32.eqz (local.get $size)))
                (local.set $dst (call $write_point (local.get $dst) (local.get $point))))
              (else
                (br_if $refused (i32.eqz (local.get $meaning)))
                (i32.store8 (local.get $dst) (local.get $meaning))
                (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
                (local.set $size (i32.const 2))))
            (local.set $p (i32.add (local.get $p) (local.get $size)))
            (local.set $left (i32.sub (local.get $left) (local.get $size)))
            (br_if $done (i32.eqz (local.get $left)))
            (br_if $escape (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x5c)))
            (br $step)))))
    (if (i8x16.bitmask (local.get $seen))
      (then (br_if $refused (i32.eqz (call $is_utf8 (local.get $ptr) (local.get $len))))))
    (return (call $finish (local.get $dst) (local.get $dst_ptr))))
  (global.set $end (i32.add (local.get $ptr) (local.get $len)))
  (local.set $p (local.get $ptr))
  (loop $next
    (local.set $p (call $exact_content (local.get $p)))
    (br_if $next (local.get $p)))
  (global.get $MALFORMED))

;; Passes over the character or the escape at p in a text that is what stands between quotes.
(func $exact_content (param $p i32) (result i32)
  (local $byte i32)
  (local $next i32)
  (local $digits i32)
  (local.set $byte (call $byte! (local.get $p)))
  (if (i32.eq (local.get $byte) (i32.const 0x22))
    (then
      (return (call $refuse (local.get $p) (global.get $WHY_BYTE) (global.get $WANTED_END)))))
  (if (i32.lt_s (local.get $byte) (i32.const 0x20))
    (then
      (return
        (call $refuse (local.get $p) (global.get $WHY_CONTROL) (global.get $WANTED_NOTHING)))))
  (if (i32.ne (local.get $byte) (i32.const 0x5c))
    (then (return (call $exact_text_character (local.get $p)))))
  (local.set $next (call $exact_escape (local.get $p)))
  (if (i32.eqz (local.get $next)) (then (return (i32.const 0))))
  (if (i32.ne (i32.sub (local.get $next) (local.get $p)) (i32.const 6))
    (then (return (local.get $next))))
  (local.set $digits (call $four_digits! (local.get $p)))
  (if (i32.ne (i32.and (local.get $digits) (i32.const 0xf800)) (global.get $FIRST_HALF))
    (then (return (local.get $next))))
  ;; All of a pair stands in the text, or it is none.
  (if (i32.ge_u (i32.sub (global.get $end) (local.get $p)) (i32.const 12))
    (then
      (call $unicode! (local.get $p))
      (drop)
      (local.set $digits)
      (if (local.get $digits)
        (then (return (i32.add (local.get $p) (local.get $digits)))))))
  (drop (call $refuse (local.get $p) (global.get $WHY_SURROGATE) (global.get $WANTED_NOTHING)))
  (i32.store offset=4 (;END;)
    (global.get $fault)
    (i32.sub (local.get $next) (global.get $text)))
  (i32.const 0))
