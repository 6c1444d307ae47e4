import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { isError } from '../../base/thrown.ts'

/** Prefix of incomplete files; clients may not choose such a name. */
export const PARTIAL_PREFIX = '.udptool-partial-'

/** The process that writes a file, identified as far as possible. */
export interface Writer {
  /** Which boot of which kernel, which process ids (pid_namespaces(7)) and which clock (time_namespaces(7)) the others are of. */
  readonly place: string
  readonly pid: number
  /** When the process began, in clock ticks since the boot (proc_pid_stat(5)): ids are given again. */
  readonly began: string
}

const NAME = /^\.udptool-partial-(?:([\da-f]+\.\d+\.\d+)-(\d+)-(\d+)-)?[\da-f]{24}$/u

/** This process; undefined where the system does not say enough, as without /proc. */
export function thisWriter(): Writer | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().replaceAll('-', '')
    const began = startOf(process.pid)
    if (began === undefined) return undefined
    return { place: `${boot}.${namespaceOf('pid')}.${namespaceOf('time')}`, pid: process.pid, began }
  } catch {
    return undefined
  }
}

/** A name for a file that is not whole yet, with the process that writes it. */
export function partialName(writer: Writer | undefined): string {
  const owner = writer === undefined ? '' : `${writer.place}-${writer.pid}-${writer.began}-`
  return `${PARTIAL_PREFIX}${owner}${randomBytes(12).toString('hex')}`
}

/** Whether `partialName` made a name. Other names may have the prefix too, such as a manual copy. */
export function isPartialName(name: string): boolean {
  return NAME.test(name)
}

/** Who writes the file of this name; undefined where it does not say. */
export function writerOf(name: string): Writer | undefined {
  const [, place, pid, began] = NAME.exec(name) ?? []
  if (place === undefined || pid === undefined || began === undefined) return undefined
  return { place, pid: Number(pid), began }
}

/** Whether a process in our own namespaces has ended; `undefined` if unknown, as for a writer elsewhere. */
export function hasEnded(writer: Writer, here: Writer | undefined): boolean | undefined {
  if (here === undefined || writer.place !== here.place) return undefined
  try {
    process.kill(writer.pid, 0)
  } catch (error) {
    if (isError(error) && 'code' in error && error.code === 'ESRCH') return true
  }
  // It may be a later process of the same id, or a dead one that its parent has not looked at.
  const began = startOf(writer.pid)
  return began === undefined ? undefined : began !== writer.began
}

/** When a process began; `dead` for a zombie; undefined where it cannot be read. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program, in parentheses, may have spaces: the state is behind it, and the start 19 fields further.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? 'dead' : fields[19]
  } catch {
    return undefined
  }
}

/** The number of a namespace of this process; 0 where the kernel has none of that kind. */
function namespaceOf(kind: 'pid' | 'time'): string {
  try {
    return /\d+/u.exec(readlinkSync(`/proc/self/ns/${kind}`))?.[0] ?? '0'
  } catch {
    return '0'
  }
}
