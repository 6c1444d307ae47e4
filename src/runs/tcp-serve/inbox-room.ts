import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { counted } from '../../base/counted.ts'
import { formatSize } from '../../base/size.ts'
import { PARTIAL_PREFIX } from './partial-name.ts'
import { InboxFullError } from './storage-error.ts'
import type { UploadRequest } from './upload-request.ts'

/** What all files of an inbox may take together. */
export interface RoomPlan {
  readonly folder: string
  readonly maxInbox: number
  readonly maxFiles: number
}

/** A folder is looked at no more often, however many uploads are refused. */
const LEAST_BETWEEN_MS = 1000
/** Others may change the folder: what is known of it is not trusted for longer. */
const STALE_MS = 10_000

/**
 * The room of an inbox: the files in the folder, and the sizes of the uploads that are under way. It is taken before the first byte of a
 * file is written. A file that is replaced counts until it is gone, because the disk holds both.
 */
export class InboxRoom {
  readonly #plan: RoomPlan
  /** The uploads under way, by the paths that they are written to. */
  readonly #pending = new Map<string, number>()
  #stored = { bytes: 0, files: 0 }
  #seenAt = -Infinity
  #looking: Promise<void> | undefined

  constructor(plan: RoomPlan) {
    this.#plan = plan
  }

  /** Takes room for an upload that is written to `path`. Rejects with InboxFullError, or with the system's error. */
  async take(path: string, { fileName, size }: UploadRequest): Promise<void> {
    // While a look is under way, what is known is not whole.
    const isKnown = this.#looking === undefined && performance.now() - this.#seenAt <= STALE_MS
    if (!isKnown || this.#lack(size) !== undefined) await this.#look()
    const lack = this.#lack(size)
    if (lack !== undefined) throw new InboxFullError(fileName, lack)
    this.#pending.set(path, size)
  }

  /** Gives it back; `stored`: to a file that is in the folder now. */
  leave(path: string, stored: boolean): void {
    const size = this.#pending.get(path)
    if (size === undefined) return
    this.#pending.delete(path)
    if (!stored) return
    this.#stored.bytes += size
    this.#stored.files += 1
  }

  /** What there is too little of; undefined: it fits. */
  #lack(size: number): string | undefined {
    const { maxInbox, maxFiles } = this.#plan
    const pending = [...this.#pending.values()].reduce((sum, one) => sum + one, 0)
    const bytes = this.#stored.bytes + pending
    if (bytes + size > maxInbox)
      return `the inbox is full: it holds ${formatSize(bytes)} of at most ${formatSize(maxInbox)}`
    const files = this.#stored.files + this.#pending.size
    if (files >= maxFiles) return `the inbox is full: it holds ${counted(files, 'file')}, which is the limit`
    return undefined
  }

  /** All who want to know wait for the same look. */
  async #look(): Promise<void> {
    this.#looking ??= this.#count().finally(() => {
      this.#looking = undefined
    })
    await this.#looking
  }

  async #count(): Promise<void> {
    const wait = this.#seenAt + LEAST_BETWEEN_MS - performance.now()
    if (wait > 0) await sleep(wait)
    const sum = { bytes: 0, files: 0 }
    // What is stored while we count is counted twice at worst.
    this.#stored = sum
    for (const name of await readdir(this.#plan.folder)) {
      const path = join(this.#plan.folder, name)
      if (name.startsWith(PARTIAL_PREFIX) && this.#pending.has(path)) continue
      try {
        const file = await lstat(path)
        if (!file.isFile()) continue
        sum.bytes += file.size
        sum.files += 1
      } catch {
        // It has gone meanwhile.
      }
    }
    this.#seenAt = performance.now()
  }
}
