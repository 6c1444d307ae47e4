/** A constant of the module. */
interface Constant {
  readonly value: number
}

/** The exports of the compiled module (folder `assembly`, datagrams.ts). `at`, `from` and `to` are addresses in its memory. */
export interface Exports {
  readonly COLUMNS: Constant
  readonly FIELDS: Constant
  readonly PAYLOAD: Constant
  prepare(): void
  uppercase(from: number, to: number): void
  examine(at: number, size: number, stride: number): void
  arePlain(at: number, size: number, stride: number): number
  writeProbe(at: number, size: number, sequence: number, run: number, seconds: number, nanos: number): void
  writeShortProbe(at: number, size: number, sequence: number, run: number, seconds: number, nanos: number): void
  describeSlot(
    seen: number,
    whole: number,
    fragment: number,
    tos: number,
    ttl: number,
    drops: number,
    seconds: number,
    nanos: number,
    dwell: number,
  ): void
  fillSlot(at: number, received: number): void
  readSlot(at: number): number
  differs(at: number, table: number, length: number): number
  differsUpper(at: number, table: number, length: number): number
  copy(at: number, table: number, length: number): void
}
