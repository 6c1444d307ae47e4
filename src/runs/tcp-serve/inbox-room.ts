import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { counted } from '../../base/counted.ts'
import { formatSize } from '../../base/size.ts'
import { PARTIAL_PREFIX } from './partial-name.ts'
import { InboxFullError } from './storage-error.ts'
import type { UploadRequest } from './upload-request.ts'

/** Limits for all files of an inbox together. */
export interface RoomPlan {
  /** The real path. */
  readonly folder: string
  readonly maxInbox: number
  readonly maxFiles: number
}

/** Least time between two scans of the folder, however many uploads are refused, ms. */
const LEAST_BETWEEN_MS = 1000
/** Other programs may change the folder, so a scan is used for at most this time, ms. */
const STALE_MS = 10_000

/**
 * The free room of an inbox, from the files in the folder and the sizes of current uploads. Room is reserved before the first byte is
 * written. A replaced file counts until it is gone, because the disk holds both.
 */
export class InboxRoom {
  readonly #plan: RoomPlan
  /** Sizes of the current uploads, by the path of the temporary file. */
  readonly #pending = new Map<string, number>()
  #stored = { bytes: 0, files: 0 }
  #seenAt = -Infinity
  #looking: Promise<void> | undefined

  constructor(plan: RoomPlan) {
    this.#plan = plan
  }

  /** Reserves room for an upload to `path`. Rejects with InboxFullError, or with the system's error. */
  async take(path: string, { fileName, size }: UploadRequest): Promise<void> {
    // During a scan the numbers are incomplete.
    const isKnown = this.#looking === undefined && performance.now() - this.#seenAt <= STALE_MS
    if (!isKnown || this.#lack(size) !== undefined) await this.#look()
    const lack = this.#lack(size)
    if (lack !== undefined) throw new InboxFullError(fileName, lack)
    this.#pending.set(path, size)
  }

  /** Ends the reservation. `stored`: the file is now in the folder. */
  leave(path: string, stored: boolean): void {
    const size = this.#pending.get(path)
    if (size === undefined) return
    this.#pending.delete(path)
    if (!stored) return
    this.#stored.bytes += size
    this.#stored.files += 1
  }

  /** The limit that would be exceeded. Undefined if the file fits. */
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

  /** Scans the folder. Concurrent callers wait for the same scan. */
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
    // A file stored during the scan is at worst counted twice.
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
        // The file was removed during the scan.
      }
    }
    this.#seenAt = performance.now()
  }
}
