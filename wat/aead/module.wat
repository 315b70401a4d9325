;;! summary   = "Authenticated encryption with associated data: ChaCha20-Poly1305 and XChaCha20-Poly1305"
;;! spec      = "RFC 8439; draft-irtf-cfrg-xchacha-03"
;;! exports   = [
;;!   "chacha20_poly1305_seal", "chacha20_poly1305_open",
;;!   "xchacha20_poly1305_seal", "xchacha20_poly1305_open",
;;! ]
;;! fragments = ["lib/address", "lib/fault", "common", "chacha20", "poly1305", "chacha20_poly1305"]
;;! constant_time = true
;;! secret    = true

;; A message is encrypted by a stream of bytes that a key and a nonce make, and a tag of sixteen bytes
;; behind it vouches for the message and for the data that goes with it. What is opened is
;; authenticated first, and decrypted only if its tag fits.
;;
;; No branch, `select`, address, length of a bulk instruction or division depends on a key, a text or a
;; tag: choices among secrets are arithmetic. What is secret in the static region is zeroed before a
;; call returns, whatever it returns.

;; Fragments
;;   name               meaning
;;   lib/address        sums of addresses that become immediates
;;   lib/fault          what a kernel says of an input that it refuses
;;   common             lengths, short copies, verdicts, what all ciphers need
;;   chacha20           the key stream of ChaCha20, four blocks at a time; HChaCha20
;;   poly1305           the authenticator, two blocks at a time
;;   chacha20_poly1305  both together, with short nonces and with long ones

;; Memory map
;;   offset  length  name          meaning
;;        0      64  chacha_state  key, nonce and the number of the next block
;;       64     256  key_stream    four blocks: the first ones of a message, and its end
;;      320     384  poly1305      the sum, the one-time key and its powers
;;      704      32  subkey        XChaCha20: the key of a message
;;      736      16  short_nonce   XChaCha20: and its nonce
;;      752      32  block         the last bytes of a message, made whole; the lengths behind them
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 784))

(global $CHACHA_STATE i32 (i32.const 0))
(global $KEY_STREAM   i32 (i32.const 64))
(global $POLY1305     i32 (i32.const 320))
(global $SUBKEY       i32 (i32.const 704))
(global $SHORT_NONCE  i32 (i32.const 736))
(global $BLOCK        i32 (i32.const 752))
