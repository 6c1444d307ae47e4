import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { isError } from '../../base/thrown.ts'

/** Prefix of incomplete files. Clients cannot choose such a name. */
export const PARTIAL_PREFIX = '.udptool-partial-'

/** The process that writes a file, identified as far as possible. */
export interface Writer {
  /** Identifies the boot of the kernel and the namespaces that process ids (pid_namespaces(7)) and clock (time_namespaces(7)) belong to. */
  readonly place: string
  readonly pid: number
  /** Start time of the process, in clock ticks since boot (proc_pid_stat(5)), because process ids are reused. */
  readonly began: string
}

const NAME = /^\.udptool-partial-(?:([\da-f]+\.\d+\.\d+)-(\d+)-(\d+)-)?[\da-f]{24}$/u

/** This process. Undefined if the system does not give enough information, such as without /proc. */
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

/** A name for an incomplete file, with the process that writes it. */
export function partialName(writer: Writer | undefined): string {
  const owner = writer === undefined ? '' : `${writer.place}-${writer.pid}-${writer.began}-`
  return `${PARTIAL_PREFIX}${owner}${randomBytes(12).toString('hex')}`
}

/** Whether `partialName` made a name. Other names, such as of a manual copy, can have the prefix too. */
export function isPartialName(name: string): boolean {
  return NAME.test(name)
}

/** The writer of the file with this name. Undefined if the name does not have it. */
export function writerOf(name: string): Writer | undefined {
  const [, place, pid, began] = NAME.exec(name) ?? []
  if (place === undefined || pid === undefined || began === undefined) return undefined
  return { place, pid: Number(pid), began }
}

/** Whether a process in our own namespaces has ended. Undefined if unknown, such as for a writer elsewhere. */
export function hasEnded(writer: Writer, here: Writer | undefined): boolean | undefined {
  if (here === undefined || writer.place !== here.place) return undefined
  try {
    process.kill(writer.pid, 0)
  } catch (error) {
    if (isError(error) && 'code' in error && error.code === 'ESRCH') return true
  }
  // The id may belong to a later process, or to a zombie.
  const began = startOf(writer.pid)
  return began === undefined ? undefined : began !== writer.began
}

/** The start time of a process. `dead` for a zombie. Undefined if it cannot be read. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program, in parentheses, may have spaces. The state follows it, and the start time is 19 fields further.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? 'dead' : fields[19]
  } catch {
    return undefined
  }
}

/** The number of a namespace of this process. 0 if the kernel has none of that kind. */
function namespaceOf(kind: 'pid' | 'time'): string {
  try {
    return /\d+/u.exec(readlinkSync(`/proc/self/ns/${kind}`))?.[0] ?? '0'
  } catch {
    return '0'
  }
}
