;; The value of a tape that a JSON pointer names.

;; The address behind the value at p, which is in something that ends at `end`; 0 where its first
;; word does not say so.
(func $passed (param $p i32) (param $end i32) (param $tape_ptr i32) (result i32)
  (local $word i64)
  (local $size i32) ;; behind its first word
  (local $value_end i32)
  (if (i32.eq (local.get $p) (local.get $end)) (then (return (i32.const 0))))
  (local.set $word (i64.load (local.get $p)))
  (if (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 3))
    (then
      (if
        (i32.eq
          (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 3))
          (i32.const 3))
        (then (return (i32.const 0))))
      (local.set $size
        (call $padded! (i32.wrap_i64 (i64.shr_u (local.get $word) (i64.const 33))))))
    (else
      (if (i64.ge_u (local.get $word) (i64.const 24))
        (then
          (call $container! (local.get $word) (local.get $tape_ptr))
          (local.set $value_end)
          (drop)
          (if
            (i32.or
              (i32.ne
                (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 0xfb))
                (i32.const 24))
              (call $ends_elsewhere!
                (local.get $p)
                (local.get $end)
                (local.get $value_end)))
            (then (return (i32.const 0))))
          (return (local.get $value_end))))
      ;; Numbers have a word more.
      (local.set $size
        (i32.shl (i64.ge_u (local.get $word) (i64.const 12)) (i32.const 3)))))
  (local.set $p (i32.add (local.get $p) (i32.const 8)))
  (if (i32.gt_u (local.get $size) (i32.sub (local.get $end) (local.get $p)))
    (then (return (i32.const 0))))
  (i32.add (local.get $p) (local.get $size)))

;; Whether [ptr, ptr+len) is a JSON pointer.
(func $is_pointer (param $ptr i32) (param $len i32) (result i32)
  (local $end i32)
  (if (i32.eqz (local.get $len)) (then (return (i32.const 1))))
  (if (i32.ne (i32.load8_u (local.get $ptr)) (i32.const 0x2f))
    (then (return (i32.const 0))))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (loop $next
    (if (i32.eq (i32.load8_u (local.get $ptr)) (i32.const 0x7e))
      (then
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (if (i32.eq (local.get $ptr) (local.get $end)) (then (return (i32.const 0))))
        ;; 0 or 1
        (if
          (i32.ne
            (i32.and (i32.load8_u (local.get $ptr)) (i32.const 0xfe))
            (i32.const 0x30))
          (then (return (i32.const 0))))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
    (br_if $next (i32.ne (local.get $ptr) (local.get $end))))
  (i32.const 1))

;; Whether the bytes from key on are what [ptr, ptr+len) stands for; those of the key do not end
;; before that does.
(func $is_token (param $key i32) (param $ptr i32) (param $len i32) (result i32)
  (local $end i32)
  (local $byte i32)
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (block $done
    (loop $next
      (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
      (local.set $byte (i32.load8_u (local.get $ptr)))
      (if (i32.eq (local.get $byte) (i32.const 0x7e))
        (then
          (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
          ;; ~0 is a tilde and ~1 a slash.
          (local.set $byte
            (select
              (i32.const 0x2f)
              (i32.const 0x7e)
              (i32.and (i32.load8_u (local.get $ptr)) (i32.const 1))))))
      (if (i32.ne (i32.load8_u (local.get $key)) (local.get $byte))
        (then (return (i32.const 0))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (local.set $key (i32.add (local.get $key) (i32.const 1)))
      (br $next)))
  (i32.const 1))

;; The number that [ptr, ptr+len) is the decimal of, without zeros in front; -1 where it is none, or
;; has more digits than any index.
(func $index_of (param $ptr i32) (param $len i32) (result i32)
  (local $number i32)
  (local $digit i32)
  (if
    (i32.gt_u
      (i32.sub (local.get $len) (i32.const 1))
      (i32.const 8))
    (then (return (i32.const -1))))
  (if
    (i32.and
      (i32.eq (i32.load8_u (local.get $ptr)) (i32.const 0x30))
      (i32.ne (local.get $len) (i32.const 1)))
    (then (return (i32.const -1))))
  (loop $next
    (local.set $digit (i32.sub (i32.load8_u (local.get $ptr)) (i32.const 0x30)))
    (if (i32.gt_u (local.get $digit) (i32.const 9)) (then (return (i32.const -1))))
    (local.set $number
      (i32.add
        (i32.mul (local.get $number) (i32.const 10))
        (local.get $digit)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
    (local.set $len (i32.sub (local.get $len) (i32.const 1)))
    (br_if $next (local.get $len)))
  (local.get $number))

;; The last of the members of the object at p, which ends at `end`, whose key is the token
;; [token, token+token_len), of so many bytes: the address of its value; -1 where there is none, or
;; -3 where the object is malformed. No value begins at an address as high as these.
(func $member
  (param $p i32) (param $tape_ptr i32) (param $token i32) (param $token_len i32)
  (param $key_len i32)
  (result i32)
  (local $left i32) ;; members
  (local $end i32)
  (local $value i32)
  (local $found i32)
  (local $word i64)
  (local.set $found (global.get $NOT_FOUND))
  (call $container! (i64.load (local.get $p)) (local.get $tape_ptr))
  (local.set $end)
  (local.set $left)
  (local.set $p (i32.add (local.get $p) (i32.const 8)))
  (block $done
    (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (local.set $value (call $passed (local.get $p) (local.get $end) (local.get $tape_ptr)))
      (if (i32.eqz (local.get $value)) (then (return (global.get $MALFORMED))))
      (local.set $word (i64.load (local.get $p)))
      (if (i32.eqz (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 3)))
        (then (return (global.get $MALFORMED))))
      (if
        (i32.eq
          (i32.wrap_i64 (i64.shr_u (local.get $word) (i64.const 33)))
          (local.get $key_len))
        (then
          (if
            (call $is_token
              (i32.add (local.get $p) (i32.const 8))
              (local.get $token)
              (local.get $token_len))
            (then (local.set $found (local.get $value))))))
      (local.set $p (call $passed (local.get $value) (local.get $end) (local.get $tape_ptr)))
      (if (i32.eqz (local.get $p)) (then (return (global.get $MALFORMED))))
      (br $next)))
  (if (i32.ne (local.get $p) (local.get $end)) (then (return (global.get $MALFORMED))))
  (local.get $found))

;; i32 json_get(const u8 *tape_ptr, u32 tape_len, const u8 *pointer_ptr, u32 pointer_len)
;;   The index of the word of the tape [tape_ptr, tape_ptr+tape_len) where the value begins that the
;;   JSON pointer [pointer_ptr, pointer_ptr+pointer_len) names (RFC 6901). Of equal keys the last
;;   counts. The tape may stand at any address.
;;   -1 not_found: there is no such value.
;;   -3 malformed: the pointer is none, wherever it would lead, or the tape is malformed on the way.
;;   The way leads over the first words of the values that are passed over and of the one that is
;;   named, and over the keys' lengths; what is in strings and numbers is not looked at.
;;   Reads the spans, writes nothing. pointer_len = 0 names the whole; tape_len = 0 is malformed.
(func $json_get (export "json_get")
  (param $tape_ptr i32) (param $tape_len i32) (param $pointer_ptr i32) (param $pointer_len i32)
  (result i32)
  (local $p i32) ;; the value
  (local $next i32)
  (local $end i32)
  (local $pointer_end i32)
  (local $token i32)
  (local $key_len i32)
  (local $byte i32)
  (local $word i64)
  (local $count i32)
  (local $index i32)
  (if
    (i32.eqz (call $is_pointer (local.get $pointer_ptr) (local.get $pointer_len)))
    (then (return (global.get $MALFORMED))))
  (if (i32.eqz (call $is_length! (local.get $tape_len)))
    (then (return (global.get $MALFORMED))))
  (local.set $p (local.get $tape_ptr))
  (local.set $end (i32.add (local.get $p) (local.get $tape_len)))
  (if
    (i32.ne
      (call $passed (local.get $p) (local.get $end) (local.get $tape_ptr))
      (local.get $end))
    (then (return (global.get $MALFORMED))))
  (local.set $pointer_end (i32.add (local.get $pointer_ptr) (local.get $pointer_len)))
  (block $done
    (loop $next_token
      (br_if $done (i32.eqz (local.get $pointer_len)))
      (local.set $token (i32.add (local.get $pointer_ptr) (i32.const 1)))
      (local.set $pointer_ptr (local.get $token))
      (local.set $key_len (i32.const 0))
      ;; Of `~0` and `~1` the tilde does not count.
      (block $token_done
        (loop $next_byte
          (br_if $token_done (i32.eq (local.get $pointer_ptr) (local.get $pointer_end)))
          (local.set $byte (i32.load8_u (local.get $pointer_ptr)))
          (br_if $token_done (i32.eq (local.get $byte) (i32.const 0x2f)))
          (local.set $key_len
            (i32.add (local.get $key_len) (i32.ne (local.get $byte) (i32.const 0x7e))))
          (local.set $pointer_ptr (i32.add (local.get $pointer_ptr) (i32.const 1)))
          (br $next_byte)))
      (local.set $pointer_len (i32.sub (local.get $pointer_end) (local.get $pointer_ptr)))
      (local.set $word (i64.load (local.get $p)))
      (if (i32.eq (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 0xff)) (i32.const 28))
        (then
          (local.set $p
            (call $member
              (local.get $p)
              (local.get $tape_ptr)
              (local.get $token)
              (i32.sub (local.get $pointer_ptr) (local.get $token))
              (local.get $key_len)))
          (br_if $next_token
            (i32.lt_u (local.get $p) (global.get $MALFORMED)))
          (return (local.get $p))))
      (if (i32.ne (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 0xff)) (i32.const 24))
        (then (return (global.get $NOT_FOUND))))
      (call $container! (local.get $word) (local.get $tape_ptr))
      (local.set $end)
      (local.set $count)
      (local.set $index
        (call $index_of
          (local.get $token)
          (i32.sub (local.get $pointer_ptr) (local.get $token))))
      (if (i32.ge_u (local.get $index) (local.get $count))
        (then (return (global.get $NOT_FOUND))))
      (local.set $p (i32.add (local.get $p) (i32.const 8)))
      (loop $next_value
        (local.set $next (call $passed (local.get $p) (local.get $end) (local.get $tape_ptr)))
        (if (i32.eqz (local.get $next)) (then (return (global.get $MALFORMED))))
        (if (local.get $index)
          (then
            (local.set $p (local.get $next))
            (local.set $index (i32.sub (local.get $index) (i32.const 1)))
            (br $next_value))))
      (br $next_token)))
  (i32.shr_u (i32.sub (local.get $p) (local.get $tape_ptr)) (i32.const 3)))
