;; Message digests that work on blocks of 64 bytes and pad the end of a message with 0x80, zeros
;; and its length in bits: whole messages, and messages in pieces.
;;
;; A module that names this fragment has lib/public, and defines, besides its exports:
;;
;;   $CHAIN_SIZE             bytes of the chaining words, which are also the digest
;;   $STATE_SIZE             bytes of a streaming state: 72 + CHAIN_SIZE
;;   $CHAIN                  where the chaining words are of a message that is not in pieces
;;   $TAILS                  128 bytes: the end of a message, padded to one block or two
;;   $start!(chain)          writes the initial chaining words
;;   $compress(chain, ptr, count)          puts `count` blocks from `ptr` on into the chain
;;   $write_length!(ptr, bits)             writes a length as the padding has it
;;   $digest_word!(word)     a chaining word in the byte order of the digest
;;
;; The state of a message in pieces, which the caller owns. How long the message is is no secret,
;; whatever is in it.
;;
;; Layout state
;;   offset         size  field   meaning
;;        0            8  length  u64: how many bytes the message has so far
;;        8           64  buffer  its last length mod 64 bytes
;;       72  $CHAIN_SIZE  chain   chaining words over the blocks before them

;; Copies len bytes, at most 64, in a few steps that may overlap.
(func $copy_short (param $dst_ptr i32) (param $src_ptr i32) (param $len i32)
  (local $last i32) ;; offset of the last step
  (local $index i32)
  (if (i32.ge_u (local.get $len) (i32.const 16))
    (then
      (local.set $last (i32.sub (local.get $len) (i32.const 16)))
      (block $done
        (loop $next_16
          (br_if $done (i32.ge_u (local.get $index) (local.get $last)))
          (v128.store
            (i32.add (local.get $dst_ptr) (local.get $index))
            (v128.load (i32.add (local.get $src_ptr) (local.get $index))))
          (local.set $index (i32.add (local.get $index) (i32.const 16)))
          (br $next_16)))
      (v128.store
        (i32.add (local.get $dst_ptr) (local.get $last))
        (v128.load (i32.add (local.get $src_ptr) (local.get $last))))
      (return)))
  (if (i32.ge_u (local.get $len) (i32.const 8))
    (then
      (local.set $last (i32.sub (local.get $len) (i32.const 8)))
      (i64.store (local.get $dst_ptr) (i64.load (local.get $src_ptr)))
      (i64.store
        (i32.add (local.get $dst_ptr) (local.get $last))
        (i64.load (i32.add (local.get $src_ptr) (local.get $last))))
      (return)))
  (if (i32.ge_u (local.get $len) (i32.const 4))
    (then
      (local.set $last (i32.sub (local.get $len) (i32.const 4)))
      (i32.store (local.get $dst_ptr) (i32.load (local.get $src_ptr)))
      (i32.store
        (i32.add (local.get $dst_ptr) (local.get $last))
        (i32.load (i32.add (local.get $src_ptr) (local.get $last))))
      (return)))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $index) (local.get $len)))
      (i32.store8
        (i32.add (local.get $dst_ptr) (local.get $index))
        (i32.load8_u (i32.add (local.get $src_ptr) (local.get $index))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next_byte))))

;; Writes the padded end of a message of `total` bytes, whose last rest_len bytes, fewer than 64,
;; fill no block. Returns how many blocks that makes: 1 or 2.
(func $pad
  (param $tail_ptr i32) (param $rest_ptr i32) (param $rest_len i32) (param $total i64) (result i32)
  (local $blocks i32)
  (local $zeros v128)
  (v128.store (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=16 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=32 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=48 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=64 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=80 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=96 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=112 (local.get $tail_ptr) (local.get $zeros))
  (call $copy_short (local.get $tail_ptr) (local.get $rest_ptr) (local.get $rest_len))
  (i32.store8 (i32.add (local.get $tail_ptr) (local.get $rest_len)) (i32.const 0x80))
  ;; The mark and the length need nine bytes behind the rest.
  (local.set $blocks (i32.add (i32.gt_u (local.get $rest_len) (i32.const 55)) (i32.const 1)))
  (call $write_length!
    (i32.add
      (local.get $tail_ptr)
      (i32.sub (i32.shl (local.get $blocks) (i32.const 6)) (i32.const 8)))
    (i64.shl (local.get $total) (i64.const 3)))
  (local.get $blocks))

;; Writes chaining words as a digest.
(func $write_digest (param $dst_ptr i32) (param $chain_ptr i32)
  (local $end i32) ;; one past the last word
  (local.set $end (i32.add (local.get $chain_ptr) (global.get $CHAIN_SIZE)))
  (loop $next_word
    (i32.store (local.get $dst_ptr) (call $digest_word! (i32.load (local.get $chain_ptr))))
    (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))
    (local.set $chain_ptr (i32.add (local.get $chain_ptr) (i32.const 4)))
    (br_if $next_word (i32.ne (local.get $chain_ptr) (local.get $end)))))

;; The digest of a whole message.
(func $digest (param $ptr i32) (param $len i32) (param $dst_ptr i32)
  (local $blocks i32)
  (call $start! (global.get $CHAIN))
  (local.set $blocks (i32.shr_u (local.get $len) (i32.const 6)))
  (if (local.get $blocks)
    (then (call $compress (global.get $CHAIN) (local.get $ptr) (local.get $blocks))))
  (call $compress
    (global.get $CHAIN)
    (global.get $TAILS)
    (call $pad
      (global.get $TAILS)
      (i32.add (local.get $ptr) (i32.and (local.get $len) (i32.const -64)))
      (i32.and (local.get $len) (i32.const 63))
      (i64.extend_i32_u (local.get $len))))
  (call $write_digest (local.get $dst_ptr) (global.get $CHAIN)))

;; Begins a message in pieces.
(func $begin (param $state_ptr i32)
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $STATE_SIZE))
  (call $start! (i32.add (local.get $state_ptr) (i32.const 72 (;STATE.CHAIN;)))))

;; Goes on with a message.
(func $absorb (param $state_ptr i32) (param $ptr i32) (param $len i32)
  (local $buffered i32) ;; bytes in the buffer
  (local $taken i32)    ;; bytes that go there first
  (local $blocks i32)
  (if (i32.eqz (local.get $len)) (then (return)))
  (local.set $buffered
    (i32.and (i32.load offset=0 (;LENGTH;) (local.get $state_ptr)) (i32.const 63)))
  (i64.store offset=0 (;LENGTH;) (local.get $state_ptr)
    (i64.add
      (i64.load offset=0 (;LENGTH;) (local.get $state_ptr))
      (i64.extend_i32_u (local.get $len))))
  (if (local.get $buffered)
    (then
      (local.set $taken (i32.sub (i32.const 64) (local.get $buffered)))
      (if (i32.gt_u (local.get $taken) (local.get $len))
        (then (local.set $taken (local.get $len))))
      (call $copy_short
        (i32.add
          (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
          (local.get $buffered))
        (local.get $ptr)
        (local.get $taken))
      (if (i32.lt_u (i32.add (local.get $buffered) (local.get $taken)) (i32.const 64))
        (then (return)))
      (call $compress
        (i32.add (local.get $state_ptr) (i32.const 72 (;STATE.CHAIN;)))
        (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
        (i32.const 1))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $taken)))
      (local.set $len (i32.sub (local.get $len) (local.get $taken)))))
  (local.set $blocks (i32.shr_u (local.get $len) (i32.const 6)))
  (if (local.get $blocks)
    (then
      (call $compress
        (i32.add (local.get $state_ptr) (i32.const 72 (;STATE.CHAIN;)))
        (local.get $ptr)
        (local.get $blocks))))
  (call $copy_short
    (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
    (i32.add (local.get $ptr) (i32.and (local.get $len) (i32.const -64)))
    (i32.and (local.get $len) (i32.const 63))))

;; Ends a message, writes its digest and zeroes the state.
(func $end (param $state_ptr i32) (param $dst_ptr i32)
  (local $chain_ptr i32)
  (local $length i64)
  (local.set $chain_ptr (i32.add (local.get $state_ptr) (i32.const 72 (;STATE.CHAIN;))))
  (local.set $length (i64.load offset=0 (;LENGTH;) (local.get $state_ptr)))
  (call $compress
    (local.get $chain_ptr)
    (global.get $TAILS)
    (call $pad
      (global.get $TAILS)
      (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
      (i32.and (i32.wrap_i64 (local.get $length)) (i32.const 63))
      (local.get $length)))
  (call $write_digest (local.get $dst_ptr) (local.get $chain_ptr))
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $STATE_SIZE)))
