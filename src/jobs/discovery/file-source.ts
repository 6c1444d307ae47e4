import { basename, dirname, join } from 'node:path'
import { UdptoolError } from '../../base/error.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { LongTimer } from '../../engine/long-timer.ts'
import type { Log } from '../log.ts'
import type { Disk } from './disk.ts'
import { FaultLog } from '../fault-log.ts'
import type { Source, SourceTarget } from './source.ts'
import { readTargetFile } from './target-file.ts'

/** What the files of a pattern need from their surroundings. */
export interface FileSurroundings {
  readonly disk: Disk
  readonly startTimer: (callback: () => void, duration: Nanos) => LongTimer
  readonly log: Log
  /** After each change of targets, and when all files were read for the first time. */
  readonly onChange: () => void
}

/**
 * Time between two looks at the files. They are polled, not watched: inotify(7) reports nothing for network file systems, and in containers the
 * files of a ConfigMap are links whose targets are replaced.
 */
const POLL: Nanos = SECOND
/** Number of looks after which a file that is not there any more was deleted, and not only replaced. */
const LOOKS_UNTIL_GONE = 5
const MOST_FILES = 1000

interface KnownFile {
  readonly path: string
  targets: readonly SourceTarget[]
  /** Its stamp at the last look. */
  seen: string | undefined
  /** Its stamp when it was read. */
  read: string | undefined
  /** Number of looks at which it was not there. */
  missing: number
}

/**
 * The targets in the files of a pattern, such as `targets/*.json`. A file that changed is read at the look after, if it has not changed since:
 * by then a program that writes it in place is done. What is broken keeps its last targets.
 */
export class FileSource implements Source {
  readonly #pattern: string
  readonly #surroundings: FileSurroundings
  readonly #faults: FaultLog
  /** By path. */
  readonly #files = new Map<string, KnownFile>()
  #timer: LongTimer | undefined
  #isClosed = false
  isRead = false

  constructor(pattern: string, surroundings: FileSurroundings) {
    this.#pattern = pattern
    this.#surroundings = surroundings
    this.#faults = new FaultLog(surroundings.log)
    void this.#look()
  }

  /** In the order of the paths, and in that of the file. */
  get targets(): readonly SourceTarget[] {
    return [...this.#files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)).flatMap(({ targets }) => targets)
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
  }

  async #look(): Promise<void> {
    let hasChanged = false
    for (const path of await this.#paths()) hasChanged = (await this.#update(path)) || hasChanged
    if (this.#isClosed) return
    this.#timer = this.#surroundings.startTimer(() => void this.#look(), POLL)
    if (!hasChanged && this.isRead) return
    this.isRead = true
    this.#surroundings.onChange()
  }

  /** The files that are there, and those that were. */
  async #paths(): Promise<readonly string[]> {
    const [folder, name] = [dirname(this.#pattern), basename(this.#pattern)]
    const [prefix = '', suffix] = name.split('*')
    if (suffix === undefined) return [this.#pattern]
    try {
      const all = await this.#surroundings.disk.list(folder)
      // As in a shell, a * does not stand for a leading dot: editors and ConfigMaps have such files.
      const fitting = all.filter(
        one =>
          one.length >= prefix.length + suffix.length &&
          one.startsWith(prefix) &&
          one.endsWith(suffix) &&
          one.startsWith('.') === prefix.startsWith('.'),
      )
      this.#judge(fitting.length)
      const paths = fitting.toSorted().slice(0, MOST_FILES)
      return [...new Set([...paths.map(one => join(folder, one)), ...this.#files.keys()])]
    } catch (error) {
      this.#faults.set(this.#pattern, 'cannot list the files of targets: the last targets stay', {
        files: this.#pattern,
        error: reasonOf(error),
      })
      return []
    }
  }

  #judge(count: number): void {
    if (count === 0 && this.#files.size === 0)
      this.#faults.set(this.#pattern, 'no file of targets fits the pattern', { files: this.#pattern })
    else if (count > MOST_FILES)
      this.#faults.set(this.#pattern, `more than ${MOST_FILES} files of targets: the last ones are left out`, {
        files: this.#pattern,
        count,
      })
    else this.#faults.clear(this.#pattern)
  }

  /** Whether the targets changed. */
  async #update(path: string): Promise<boolean> {
    const { disk } = this.#surroundings
    const stamp = await disk.stamp(path)
    if (this.#isClosed) return false
    const known = this.#files.get(path)
    if (stamp === undefined) return this.#miss(path, known)
    const file = known ?? { path, targets: [], seen: undefined, read: undefined, missing: 0 }
    this.#files.set(path, file)
    file.missing = 0
    const isSettled = stamp === file.seen
    file.seen = stamp
    if (stamp === file.read || (this.isRead && !isSettled)) return false
    // The first reading of all is at once, so a file that is just being written is read again at the next look.
    if (isSettled) file.read = stamp
    return this.#read(file)
  }

  async #read(file: KnownFile): Promise<boolean> {
    const { path } = file
    const before = file.targets
    try {
      file.targets = readTargetFile(path, await this.#surroundings.disk.read(path))
    } catch (error) {
      this.#faults.set(path, 'a file of targets is broken: its last targets stay', {
        file: path,
        error: reasonOf(error),
        targets: before.length,
      })
      return false
    }
    this.#faults.clear(path, 'a file of targets is whole again', { file: path, targets: file.targets.length })
    return JSON.stringify(before) !== JSON.stringify(file.targets)
  }

  /** A file that a pattern with a * fits may be deleted. One that the configuration names should be there, so it was lost. */
  #miss(path: string, known: KnownFile | undefined): boolean {
    if (path === this.#pattern) {
      if (known !== undefined) known.seen = known.read = undefined
      this.#faults.set(path, 'a file of targets is missing: its last targets stay', {
        file: path,
        targets: known?.targets.length ?? 0,
      })
      return false
    }
    if (known === undefined) return false
    known.seen = known.read = undefined
    known.missing += 1
    if (known.missing < LOOKS_UNTIL_GONE) return false
    this.#files.delete(path)
    this.#faults.clear(path)
    this.#surroundings.log('info', 'a file of targets was deleted: its targets end', {
      file: path,
      targets: known.targets.length,
    })
    return known.targets.length > 0
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof UdptoolError) return error.message
  throw error
}
