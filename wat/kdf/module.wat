;;! summary   = "Keys from secrets: HMAC-SHA-256, HKDF"
;;! spec      = "RFC 2104; RFC 5869"
;;! exports   = [
;;!   "hmac_sha256", "hmac_sha256_init", "hmac_sha256_update", "hmac_sha256_finish",
;;!   "hkdf_extract", "hkdf_expand",
;;! ]
;;! fragments = [
;;!   "lib/address", "lib/fault", "lib/public", "lib/sha256_constants", "lib/sha256", "lib/digest",
;;!   "hmac", "hkdf",
;;! ]
;;! constant_time = true
;;! secret    = true

;; A message is authenticated by SHA-256 of a key and of it, twice around; keys are made of that.
;;
;; SHA-256 has no branch and no table, so that no branch, `select`, address, length of a bulk
;; instruction or division depends on what is digested. What is secret in the static region is
;; zeroed before a call returns.

;; Fragments
;;   name                  meaning
;;   lib/address           sums of addresses that become immediates
;;   lib/fault             what a kernel says of an input that it refuses
;;   lib/public            what everyone may know of a secret
;;   lib/sha256_constants  a constant a round
;;   lib/sha256            the compression of SHA-256
;;   lib/digest            messages whole and in pieces
;;   hmac                  messages with a key
;;   hkdf                  keys from a secret that is as hard to guess as a key

;; Memory map
;;   offset  length  name         meaning
;;        0     256  constants    u32 a round: K of FIPS 180-4, 4.2.2
;;      256     256  schedule     u32 a round: W + K of that round, right behind the constants
;;      512      16  unread       in its first four bytes what nothing reads
;;      528      32  chain        chaining words of a key that is too long
;;      560     128  tails        the padded end of a message
;;      688      64  block        a key made a block, and what is digested twice around
;;      752     144  hmac         an `hmac_state`: the message at work
;;      896     144  keyed        another: one in which only the key is
;;     1040      32  output       the output of HKDF that comes next
;;     1072      16  counter      in its first byte which one that is
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 1088))

(global $CHAIN_SIZE i32 (i32.const 32))
(global $STATE_SIZE i32 (i32.const 104))
(global $HMAC_STATE_SIZE (export "hmac_sha256_state_size") i32 (i32.const 136))

(global $SCHEDULE i32 (i32.const 256))
(global $UNREAD   i32 (i32.const 512))
(global $CHAIN    i32 (i32.const 528))
(global $TAILS    i32 (i32.const 560))
(global $BLOCK    i32 (i32.const 688))
(global $HMAC     i32 (i32.const 752))
(global $KEYED    i32 (i32.const 896))
(global $OUTPUT   i32 (i32.const 1040))
(global $COUNTER  i32 (i32.const 1072))

(global $MALFORMED i32 (i32.const -3))
(global $TOO_LARGE i32 (i32.const -6))

;; Enumeration kdf_fault
;;   value  name  meaning
;;       1  key   the key is shorter than a digest
;;       2  long  more is asked for than can be made
(global $KDF_FAULT_KEY  i32 (i32.const 1))
(global $KDF_FAULT_LONG i32 (i32.const 2))

;; Puts `count` blocks, at least one, from `ptr` on into a chain.
(func $compress (param $chain_ptr i32) (param $ptr i32) (param $count i32)
  (call $compress_fast (local.get $chain_ptr) (local.get $ptr) (local.get $count)))

;; Zeroes all that is secret: from `schedule` to `counter`. Written out, as that is quicker.
(func $forget
  (local $offset i32)
  (local.set $offset (i32.const 0))
  (loop $vector!
    (v128.store
      (call $at! (global.get $SCHEDULE) (local.get $offset))
      (v128.const i64x2 0 0))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 832)))))
