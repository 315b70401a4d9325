;;! summary   = "HMAC-SHA-256, and keys from secrets: HKDF, PBKDF2"
;;! spec      = "RFC 2104; RFC 5869; RFC 8018"
;;! exports   = [
;;!   "hmac_sha256", "hmac_sha256_init", "hmac_sha256_update", "hmac_sha256_finish",
;;!   "hkdf_extract", "hkdf_expand", "pbkdf2_sha256",
;;! ]
;;! fragments = [
;;!   "lib/address", "lib/fault", "lib/sha256_constants", "lib/sha256",
;;!   "lib/sha256_lanes", "lib/digest", "hmac", "hkdf", "pbkdf2",
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
;;   lib/sha256_constants  a constant a round
;;   lib/sha256            the compression of SHA-256
;;   lib/sha256_lanes      the same four times side by side
;;   lib/digest            messages whole and in pieces
;;   hmac                  messages with a key
;;   hkdf                  keys from a secret that is as hard to guess as a key
;;   pbkdf2                keys from a password

;; Memory map
;;   offset  length  name          meaning
;;        0     256  constants     u32 a round: K of FIPS 180-4, 4.2.2
;;      256    1024  schedule      u32 a round: W + K of that round, right behind the constants; for
;;                                 four outputs a vector a round
;;     1280      16  unread        in its first four bytes what nothing reads
;;     1296      32  chain         chaining words of a key that is too long
;;     1328     128  tails         the padded end of a message
;;     1456      64  block         a key made a block, and what is digested twice around
;;     1520     144  hmac          an `hmac_state`: the message at work
;;     1664     144  keyed         another: one in which only the key is
;;     1808      32  output        the output that comes next
;;     1840      16  counter       in its first bytes which one that is
;;     1856     256  lane_keys     PBKDF2: the chains of `keyed`, each word in four lanes
;;     2112     128  lane_digests  four digests, word by word
;;     2240     128  lane_sums     the xors of those that are HMACs
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 2368))

(global $CHAIN_SIZE i32 (i32.const 32))
(global $STATE_SIZE i32 (i32.const 104))
(global $HMAC_STATE_SIZE (export "hmac_sha256_state_size") i32 (i32.const 136))

(global $SCHEDULE     i32 (i32.const 256))
(global $UNREAD       i32 (i32.const 1280))
(global $CHAIN        i32 (i32.const 1296))
(global $TAILS        i32 (i32.const 1328))
(global $BLOCK        i32 (i32.const 1456))
(global $HMAC         i32 (i32.const 1520))
(global $KEYED        i32 (i32.const 1664))
(global $OUTPUT       i32 (i32.const 1808))
(global $COUNTER      i32 (i32.const 1840))
(global $LANE_KEYS    i32 (i32.const 1856))
(global $LANE_DIGESTS i32 (i32.const 2112))
(global $LANE_SUMS    i32 (i32.const 2240))

(global $MALFORMED i32 (i32.const -3))
(global $TOO_LARGE i32 (i32.const -6))

;; Enumeration kdf_fault
;;   value  name        meaning
;;       1  key         the key is shorter than a digest
;;       2  long        more is asked for than can be made
;;       3  iterations  there are no iterations, or too many
(global $KDF_FAULT_KEY        i32 (i32.const 1))
(global $KDF_FAULT_LONG       i32 (i32.const 2))
(global $KDF_FAULT_ITERATIONS i32 (i32.const 3))

;; Puts `count` blocks, at least one, from `ptr` on into a chain.
(func $compress (param $chain_ptr i32) (param $ptr i32) (param $count i32)
  (call $compress_fast (local.get $chain_ptr) (local.get $ptr) (local.get $count)))

;; Zeroes all that is secret but for what $forget_lanes does: the schedule of one message, and from
;; `unread` to `counter`. Written out, as that is quicker.
(func $forget
  (local $offset i32)
  (local.set $offset (i32.const 0))
  (loop $vector!
    (v128.store
      (call $at! (global.get $SCHEDULE) (local.get $offset))
      (v128.const i64x2 0 0))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 256))))
  (local.set $offset (i32.const 0))
  (loop $vector!
    (v128.store
      (call $at! (global.get $UNREAD) (local.get $offset))
      (v128.const i64x2 0 0))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 576)))))
