;; ---- The copy of the text

;; The text is copied, with 64 zeros behind it: so nothing that looks ahead and no load of a vector
;; needs to know where it ends. A zero within the text is told from the first of these by its
;; address.

(global $first_high    (mut i32) (i32.const 0)) ;; offset of the first byte over 0x7f, or the end
(global $has_returns   (mut i32) (i32.const 0)) ;; whether there is a carriage return
(global $has_separators (mut i32) (i32.const 0)) ;; whether there is U+2028 or U+2029

;; The offset of an address within the copy.
(func $offset! (param $at i32) (result i32)
  (i32.sub (local.get $at) (global.get $source)))

;; The class of a byte.
(func $class_of! (param $byte i32) (result i32)
  (i32.load8_u offset=0 (;CLASSES;) (local.get $byte)))

;; The value of a hexadecimal digit, 128 for another byte.
(func $digit_of! (param $byte i32) (result i32)
  (i32.load8_u offset=768 (;DIGITS;) (local.get $byte)))

;; How many bytes the UTF-8 character at `at` has, 0 where it is none; the lead is over 0x7f.
;; Of its first four bytes, little-endian, the masks keep what is the same in all characters of a
;; length, and the bits that not all of may be 0 (or in which surrogates are, or too much is).
(func $character_width (param $at i32) (result i32)
  (local $bytes i32)
  (local $high i32) ;; the highest bits of what the character stands for
  (local.set $bytes (i32.load (local.get $at)))
  (if (i32.eq (i32.and (local.get $bytes) (i32.const 0xc0e0)) (i32.const 0x80c0))
    (then
      (return
        (i32.shl
          (i32.ne (i32.and (local.get $bytes) (i32.const 0x1e)) (i32.const 0))
          (i32.const 1)))))
  (if (i32.eq (i32.and (local.get $bytes) (i32.const 0xc0c0f0)) (i32.const 0x8080e0))
    (then
      (local.set $high (i32.and (local.get $bytes) (i32.const 0x200f)))
      (return
        (select
          (i32.const 3)
          (i32.const 0)
          (i32.and
            (i32.ne (local.get $high) (i32.const 0))
            (i32.ne (local.get $high) (i32.const 0x200d)))))))
  (if (i32.eq (i32.and (local.get $bytes) (i32.const 0xc0c0c0f8)) (i32.const 0x808080f0))
    (then
      (local.set $high (i32.and (local.get $bytes) (i32.const 0x3007)))
      (return
        (select
          (i32.const 4)
          (i32.const 0)
          (i32.and
            (i32.ne (local.get $high) (i32.const 0))
            (i32.or
              (i32.eqz (i32.and (local.get $high) (i32.const 4)))
              (i32.eq (local.get $high) (i32.const 4))))))))
  (i32.const 0))

;; The character at `at`, which is valid UTF-8.
(func $character (param $at i32) (result i32)
  (local $lead i32)
  (local $rest i32) ;; the bytes behind it, the first of them highest, six bits of each
  (local.set $lead (i32.load8_u (local.get $at)))
  (if (i32.lt_u (local.get $lead) (i32.const 0x80)) (then (return (local.get $lead))))
  (local.set $rest (i32.and (i32.load8_u offset=1 (local.get $at)) (i32.const 0x3f)))
  (if (i32.lt_u (local.get $lead) (i32.const 0xe0))
    (then
      (return
        (i32.or
          (i32.shl (i32.and (local.get $lead) (i32.const 0x1f)) (i32.const 6))
          (local.get $rest)))))
  (local.set $rest
    (i32.or
      (i32.shl (local.get $rest) (i32.const 6))
      (i32.and (i32.load8_u offset=2 (local.get $at)) (i32.const 0x3f))))
  (if (i32.lt_u (local.get $lead) (i32.const 0xf0))
    (then
      (return
        (i32.or
          (i32.shl (i32.and (local.get $lead) (i32.const 0x0f)) (i32.const 12))
          (local.get $rest)))))
  (i32.or
    (i32.shl (i32.and (local.get $lead) (i32.const 0x07)) (i32.const 18))
    (i32.or
      (i32.shl (local.get $rest) (i32.const 6))
      (i32.and (i32.load8_u offset=3 (local.get $at)) (i32.const 0x3f)))))

;; How many bytes a character has in UTF-8.
(func $width_of! (param $character i32) (result i32)
  (i32.add
    (i32.add
      (i32.const 1)
      (i32.ge_u (local.get $character) (i32.const 0x80)))
    (i32.add
      (i32.ge_u (local.get $character) (i32.const 0x800))
      (i32.ge_u (local.get $character) (i32.const 0x1_0000)))))

;; Whether U+2028 or U+2029 begins at `at`: e2 80 a8 or e2 80 a9.
(func $is_separator! (param $at i32) (result i32)
  (i32.eq
    (i32.and (i32.load (local.get $at)) (i32.const 0xfeffff))
    (i32.const 0xa880e2)))

;; Copies [src_ptr, src_ptr+src_len) to `$source`, where there is room for as much and 64 bytes;
;; finds the first byte over 0x7f, and which ends of lines there are. What is not UTF-8 is refused.
(func $copy_source (param $src_ptr i32) (param $src_len i32)
  (local $at i32)
  (local $width i32)
  (local $returns v128) ;; not 0 where there was a carriage return
  (local.set $at (global.get $source))
  (global.set $source_stop (i32.add (local.get $at) (local.get $src_len)))
  ;; The pointer of an empty text may be anything.
  (if (local.get $src_len)
    (then (memory.copy (local.get $at) (local.get $src_ptr) (local.get $src_len))))
  (memory.fill (global.get $source_stop) (i32.const 0) (i32.const 64))
  (global.set $has_separators (i32.const 0))
  (global.set $first_high (local.get $src_len))
  (block $done
    (loop $next_step
      (block $high
        (br_if $high (i8x16.bitmask (v128.load (local.get $at))))
        (local.set $returns
          (v128.or
            (local.get $returns)
            (i8x16.eq (v128.load (local.get $at)) (i8x16.splat (i32.const 0x0d)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $next_step (i32.lt_u (local.get $at) (global.get $source_stop)))
        (br $done))
      ;; Up to the next 16 bytes that are ASCII, character by character.
      (loop $next_character
        (if (i32.ge_u (i32.load8_u (local.get $at)) (i32.const 0x80))
          (then
            (if (i32.eq (global.get $first_high) (local.get $src_len))
              (then (global.set $first_high (call $offset! (local.get $at)))))
            (local.set $width (call $character_width (local.get $at)))
            (if (i32.eqz (local.get $width))
              (then
                (call $refuse
                  (global.get $E_UTF8)
                  (call $offset! (local.get $at))
                  (i32.add (call $offset! (local.get $at)) (i32.const 1)))
                (return)))
            (if (call $is_separator! (local.get $at))
              (then (global.set $has_separators (i32.const 1))))
            (local.set $at (i32.add (local.get $at) (local.get $width))))
          (else
            (br_if $next_step (i32.eqz (i8x16.bitmask (v128.load (local.get $at)))))
            (local.set $returns
              (v128.or
                (local.get $returns)
                (i8x16.eq
                  (i8x16.splat (i32.load8_u (local.get $at)))
                  (i8x16.splat (i32.const 0x0d)))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))))
        (br_if $next_character (i32.lt_u (local.get $at) (global.get $source_stop))))))
  (global.set $has_returns (v128.any_true (local.get $returns))))
