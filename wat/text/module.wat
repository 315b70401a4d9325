;;! summary   = "UTF-8, its lines, hexadecimal digits and base64; checksums"
;;! spec      = "Unicode 16 (UTF-8); RFC 4648 (base64, hex); ISO 3309, RFC 3720, RFC 1950"
;;! exports   = [
;;!   "utf8_validate", "utf8_count", "utf16_len",
;;!   "crc32", "crc32_update", "crc32c", "crc32c_update", "adler32", "adler32_update",
;;!   "hex_encode", "hex_decode", "base64_encode", "base64_decode", "lines",
;;! ]
;;! fragments = [
;;!   "lib/address", "lib/crc32_tables", "lib/crc32c_tables", "lib/fault", "utf8",
;;!   "lib/crc32", "crc", "lib/adler32", "adler32", "hex", "base64", "lines",
;;! ]

;; Text and what travels as text, 16 to 64 bytes a step. Who refuses an input says where: steps of
;; vectors find out that something is wrong, and a walk byte by byte what it is.

;; Fragments
;;   name               meaning
;;   lib/address        sums of addresses that become immediates
;;   lib/crc32_tables   what each byte comes to in a CRC-32
;;   lib/crc32c_tables  the same for CRC-32C
;;   lib/fault          what a kernel says of an input that it refuses
;;   utf8               UTF-8 validated; its characters and UTF-16 units counted
;;   lib/crc32          CRC-32: how it is taken
;;   crc                CRC-32 and CRC-32C, whole and in pieces
;;   lib/adler32        Adler-32: how it is taken
;;   adler32            Adler-32, whole and in pieces
;;   hex                hexadecimal digits, made and read
;;   base64             base64, with either alphabet and with padding or without, made and read
;;   lines              where lines begin

;; Memory map
;;   offset  length  name           meaning
;;        0   16384  crc32_tables   u32: for 0 to 15 bytes that follow, what each byte comes to
;;    16384   16384  crc32c_tables  the same for CRC-32C
;;    32768    8496  sums           CRC: what stays of the last bytes, and of those that come next
;;    41264      16  completed      base64: what is left at an end, made whole
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 41280))

(global $CRC32_TABLES  i32 (i32.const 0))
(global $CRC32C_TABLES i32 (i32.const 16384))
(global $SUMS          i32 (i32.const 32768))
(global $COMPLETED     i32 (i32.const 41264))
