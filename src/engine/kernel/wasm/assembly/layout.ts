/**
 * Where what lies in the first 128 KiB of the arena, in bytes from its beginning. The loader gives nobody else that part. Nothing here
 * is data of the compiled module: `prepare` computes the tables, the others write the columns.
 */

/** Eight tables of 256 words for CRC-32, one behind the other (crc.ts). */
export const CRC_TABLES: usize = 1024
/** Eleven tables of 256 words: what each pair of digits of a header adds to its check (header.ts). */
export const HEADER_TABLES: usize = CRC_TABLES + 8 * 1024
/** Four tables of 256 words: what each pair of digits of `received` adds to the check of the slot (slot.ts). */
export const RECEIVED_TABLES: usize = HEADER_TABLES + 11 * 1024
/** The 59 bytes of the slot that was described last, `received` aside. */
export const TEMPLATE: usize = RECEIVED_TABLES + 4 * 1024
/** The ten fields of the slot that was read last, as doubles, in the order of the wire. */
export const FIELDS: usize = TEMPLATE + 64

/** Datagrams that are examined at once: the rows of the columns. */
export const ROWS: i32 = 128
/** Bytes of one column, the five columns of words, and the column of doubles behind them (rows.ts). */
export const COLUMN: usize = 4 * 128
export const COLUMNS: usize = FIELDS + 128
export const SENT_COLUMN: usize = COLUMNS + 5 * COLUMN

/** Where a probe is written that leaves shortened (short-probe.ts). */
export const WHOLE_PROBE: usize = SENT_COLUMN + 2 * COLUMN

/** A payload's table, as long as the loader says (payload.ts). */
export const PAYLOAD: usize = WHOLE_PROBE + 128
