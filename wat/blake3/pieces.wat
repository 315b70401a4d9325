;; ---- Messages in pieces

(global $BLAKE3_STATE_SIZE (export "blake3_state_size") i32 (i32.const 2832))

;; The state of a message in pieces, which the caller owns. A chunk is held back until more follows:
;; the last one of a message may be the root. A level of the stack that holds nothing is zero, in
;; states that began with blake3_init.
;;
;; Layout blake3_state
;;   offset  size  field   meaning
;;        0     8  length  u64: how many bytes the message has so far
;;        8     8  keyed   u64: 0 where there is no key
;;       16    32  key     the key, if there is one
;;       48  1024  buffer  the last chunk so far, of 1 to 1024 bytes if there is any
;;     1072  1760  stack   55 chaining values: at level k, of 2^k chunks, where that bit is set in
;;                         the number of chunks before the last

;; void blake3_init(blake3_state *state_ptr)
;;   Begins a message in pieces. The state has blake3_state_size bytes.
;;   secret: none
;;   Writes the state, cannot fail.
(func $blake3_init (export "blake3_init") (param $state_ptr i32)
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $BLAKE3_STATE_SIZE)))

;; i32 blake3_init_keyed(blake3_state *state_ptr, const u8 *key_ptr, u32 key_len, u8 *fault_ptr)
;;   The same with a key of 32 bytes.
;;   secret: key
;;   Reads the key, writes the state. Returns 0, or -3 where the key has not 32 bytes, and then
;;   writes the fault and nothing else.
(func $blake3_init_keyed (export "blake3_init_keyed")
  (param $state_ptr i32) (param $key_ptr i32) (param $key_len i32) (param $fault_ptr i32)
  (result i32)
  (if (i32.ne (local.get $key_len) (global.get $KEY_LEN))
    (then (return (call $refuse_key (local.get $key_len) (local.get $fault_ptr)))))
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $BLAKE3_STATE_SIZE))
  (i64.store offset=8 (;KEYED;) (local.get $state_ptr) (i64.const 1))
  (call $copy_32!
    (local.get $key_ptr)
    (i32.add (local.get $state_ptr) (i32.const 16 (;BLAKE3_STATE.KEY;))))
  (i32.const 0))

;; void blake3_update(blake3_state *state_ptr, const u8 *message_ptr, u32 message_len)
;;   Goes on with a message by [message_ptr, message_ptr+message_len).
;;   secret: state.key, state.buffer, state.stack, message
;;   Reads the span, writes the state and the static region, cannot fail. message_len = 0 changes
;;   nothing.
(func $blake3_update (export "blake3_update")
  (param $state_ptr i32) (param $message_ptr i32) (param $message_len i32)
  (local $length i64)   ;; of the message before this piece
  (local $buffered i32) ;; bytes in the buffer
  (local $taken i32)    ;; bytes that go there first
  (local $counter i64)  ;; how many chunks are on the stack
  (local $level i64)    ;; that of the next subtree
  (if (i32.eqz (local.get $message_len)) (then (return)))
  (local.set $length (i64.load offset=0 (;LENGTH;) (local.get $state_ptr)))
  (local.set $buffered (call $buffered! (local.get $length)))
  (local.set $counter (call $chunks_before_last! (local.get $length)))
  (i64.store offset=0 (;LENGTH;) (local.get $state_ptr)
    (i64.add (local.get $length) (i64.extend_i32_u (local.get $message_len))))
  (if (local.get $buffered)
    (then
      (local.set $taken (i32.sub (global.get $CHUNK_LEN) (local.get $buffered)))
      (if (i32.gt_u (local.get $taken) (local.get $message_len))
        (then (local.set $taken (local.get $message_len))))
      (call $copy
        (i32.add
          (i32.add (local.get $state_ptr) (i32.const 48 (;BUFFER;)))
          (local.get $buffered))
        (local.get $message_ptr)
        (local.get $taken))
      (local.set $message_ptr (i32.add (local.get $message_ptr) (local.get $taken)))
      (local.set $message_len (i32.sub (local.get $message_len) (local.get $taken)))
      (if (i32.eqz (local.get $message_len)) (then (return)))))
  (call $set_mode (local.get $state_ptr))
  (if (local.get $buffered)
    (then
      (call $push
        (i32.add (local.get $state_ptr) (i32.const 1072 (;BLAKE3_STATE.STACK;)))
        (local.get $counter)
        (i64.const 0)
        (i32.add (local.get $state_ptr) (i32.const 48 (;BUFFER;))))
      (local.set $counter (call $next! (local.get $counter) (i64.const 0)))))
  (block $rest
    (loop $next_subtree
      (br_if $rest (i32.le_u (local.get $message_len) (global.get $CHUNK_LEN)))
      (local.set $level (call $level! (local.get $counter) (local.get $message_len)))
      (call $push
        (i32.add (local.get $state_ptr) (i32.const 1072 (;BLAKE3_STATE.STACK;)))
        (local.get $counter)
        (local.get $level)
        (local.get $message_ptr))
      (local.set $counter (call $next! (local.get $counter) (local.get $level)))
      (local.set $taken
        (i32.shl (global.get $CHUNK_LEN) (i32.wrap_i64 (local.get $level))))
      (local.set $message_ptr (i32.add (local.get $message_ptr) (local.get $taken)))
      (local.set $message_len (i32.sub (local.get $message_len) (local.get $taken)))
      (br $next_subtree)))
  (call $copy
    (i32.add (local.get $state_ptr) (i32.const 48 (;BUFFER;)))
    (local.get $message_ptr)
    (local.get $message_len)))

;; void blake3_finish(blake3_state *state_ptr, u8 *dst_ptr, u32 dst_len)
;;   Ends a message: writes dst_len bytes of its output to dst_ptr, and zeroes the state.
;;   secret: state.key, state.buffer, state.stack
;;   Writes the static region too, cannot fail. dst_len = 0 writes nothing but the state.
(func $blake3_finish (export "blake3_finish")
  (param $state_ptr i32) (param $dst_ptr i32) (param $dst_len i32)
  (local $length i64)
  (local.set $length (i64.load offset=0 (;LENGTH;) (local.get $state_ptr)))
  (call $set_mode (local.get $state_ptr))
  (call $close
    (i32.add (local.get $state_ptr) (i32.const 1072 (;BLAKE3_STATE.STACK;)))
    (call $chunks_before_last! (local.get $length))
    (i32.add (local.get $state_ptr) (i32.const 48 (;BUFFER;)))
    (call $buffered! (local.get $length)))
  (call $write_output (local.get $dst_ptr) (local.get $dst_len))
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $BLAKE3_STATE_SIZE)))

;; How many bytes of a message of so many bytes are in its last chunk: none only where it is empty.
(func $buffered! (param $length i64) (result i32)
  (select
    (i32.const 0)
    (i32.add
      (i32.and
        (i32.wrap_i64 (i64.sub (local.get $length) (i64.const 1)))
        (i32.const 1023))
      (i32.const 1))
    (i64.eqz (local.get $length))))

(func $chunks_before_last! (param $length i64) (result i64)
  (select
    (i64.const 0)
    (i64.shr_u (i64.sub (local.get $length) (i64.const 1)) (i64.const 10))
    (i64.eqz (local.get $length))))

;; How many chunks there are after 2^level more. Lengths are modulo 2^64.
(func $next! (param $counter i64) (param $level i64) (result i64)
  (i64.and
    (i64.add (local.get $counter) (i64.shl (i64.const 1) (local.get $level)))
    (i64.const 0x003fffffffffffff)))

;; The level of the largest subtree of up to sixteen chunks that begins at this chunk, and behind
;; which there is something left of len bytes, more than a chunk.
(func $level! (param $counter i64) (param $len i32) (result i64)
  (local $fits i64) ;; the level to which len fits
  (local $level i64)
  (local.set $level (i64.ctz (i64.or (local.get $counter) (i64.const 16))))
  (local.set $fits
    (i64.sub
      (i64.const 31)
      (i64.extend_i32_u
        (i32.clz
          (i32.shr_u (i32.sub (local.get $len) (i32.const 1)) (i32.const 10))))))
  (select
    (local.get $fits)
    (local.get $level)
    (i64.lt_u (local.get $fits) (local.get $level))))

(func $set_mode (param $state_ptr i32)
  (if (i64.eqz (i64.load offset=8 (;KEYED;) (local.get $state_ptr)))
    (then (call $set_no_key))
    (else
      (call $set_key
        (i32.add (local.get $state_ptr) (i32.const 16 (;BLAKE3_STATE.KEY;)))))))
