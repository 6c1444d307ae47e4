import { writeProbe } from './header'
import { WHOLE_PROBE } from './layout'
import { copy } from './payload'

/** Writes the beginning of a probe of `size` bytes, fewer than 117, at `at`. Nothing after it is changed. */
export function writeShortProbe(at: usize, size: u32, sequence: u32, run: u32, seconds: u32, nanos: u32): void {
  writeProbe(WHOLE_PROBE, size, sequence, run, seconds, nanos)
  copy(at, WHOLE_PROBE, size)
}
