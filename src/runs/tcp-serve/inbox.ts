import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { link, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { UdptoolError } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { errorName } from '../../engine/socket-error.ts'
import { removeStalePartials, type Removed } from './stale-partials.ts'
import { keepAtExit, removeAtExit } from './exit-clean-up.ts'
import { InboxRoom } from './inbox-room.ts'
import { partialName, thisWriter } from './partial-name.ts'
import type { InboxPlan } from './plan.ts'
import { StorageError } from './storage-error.ts'
import type { UploadRequest } from './upload-request.ts'

/** A file of the inbox, whole. */
export interface Stored {
  readonly fileName: string
  readonly size: number
  readonly sha256: string
}

/** A new file under an unpredictable name; an existing file or symbolic link is never opened. */
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** What a system says that has no fsync for folders. */
const NO_FOLDER_SYNC: ReadonlySet<string> = new Set(['EINVAL', 'EISDIR', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EACCES'])

/**
 * The folder of uploads. A file is written under a temporary name, and renamed when it is complete and its digest is right, so that a reader
 * sees the old file or the new one, never a part.
 */
export class Inbox {
  readonly #plan: InboxPlan
  readonly #room: InboxRoom
  readonly #writer = thisWriter()

  constructor(plan: InboxPlan) {
    this.#plan = plan
    this.#room = new InboxRoom(plan)
  }

  get maxSize(): number {
    return this.#plan.maxSize
  }

  /** Removes what servers that were killed have left. */
  async clean(): Promise<Removed> {
    try {
      return await removeStalePartials(this.#plan.folder)
    } catch {
      // A folder that may be written to and not be read.
      return { files: 0, bytes: 0 }
    }
  }

  /**
   * Stores a file. Rejects with what the body rejects with, with `refused` where the digest is wrong or the name is taken, with
   * InboxFullError, or with StorageError where the disk will not have it; then nothing is left of it.
   */
  async store(request: UploadRequest, body: AsyncIterable<Uint8Array>): Promise<Stored> {
    const path = join(this.#plan.folder, partialName(this.#writer))
    await saved(request, () => this.#room.take(path, request))
    let isStored = false
    try {
      const sha256 = await this.#receive(path, request, body)
      isStored = true
      return { fileName: request.fileName, size: request.size, sha256 }
    } finally {
      this.#room.leave(path, isStored)
    }
  }

  async #receive(path: string, request: UploadRequest, body: AsyncIterable<Uint8Array>): Promise<string> {
    removeAtExit(path)
    try {
      const file = await saved(request, () => open(path, NEW_FILE))
      const sha256 = await this.#fill(file, request, body)
      if (request.sha256 !== undefined && request.sha256 !== sha256)
        throw refusal(`${quoted(request.fileName)} does not match the announced digest: its sha256 is ${sha256}`)
      await saved(request, () => this.#place(path, join(this.#plan.folder, request.fileName)))
      await this.#syncFolder(request)
      return sha256
    } catch (error) {
      // Report the first error, even if this fails too.
      await rm(path, { force: true }).catch(() => {})
      throw error
    } finally {
      keepAtExit(path)
    }
  }

  /** Writes the body, and waits until the disk has it: what is answered with ok outlives a power failure. */
  async #fill(file: FileHandle, request: UploadRequest, body: AsyncIterable<Uint8Array>): Promise<string> {
    const hash = createHash('sha256')
    let isOpen = true
    try {
      for await (const piece of body) {
        hash.update(piece)
        await saved(request, () => file.writeFile(piece))
      }
      await saved(request, () => file.datasync())
      isOpen = false
      // Some file systems find out only now that there is no room (close(2)).
      await saved(request, () => file.close())
    } finally {
      if (isOpen) await file.close().catch(() => {})
    }
    return hash.digest('hex')
  }

  /** A symbolic link of that name is replaced itself, as by `rename`; its target is not changed. */
  async #place(from: string, to: string): Promise<void> {
    if (this.#plan.replace) await rename(from, to)
    else {
      await link(from, to)
      await rm(from, { force: true })
    }
  }

  /** The name, too, is to outlive a power failure (fsync(2)). */
  async #syncFolder({ fileName }: UploadRequest): Promise<void> {
    let folder: FileHandle | undefined
    try {
      folder = await open(this.#plan.folder, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0))
      await folder.sync()
    } catch (error) {
      if (!NO_FOLDER_SYNC.has(errorName(error)))
        throw new StorageError(`${quoted(fileName)} for certain (the file is there)`, error)
    } finally {
      await folder?.close().catch(() => {})
    }
  }
}

/** The system's error as one that the client and the operator understand. */
async function saved<T>({ fileName }: UploadRequest, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof UdptoolError) throw cause
    if (['EEXIST', 'EISDIR', 'ENOTEMPTY'].includes(errorName(cause)))
      throw refusal(`cannot store ${quoted(fileName)}: the name is taken`, cause)
    throw new StorageError(quoted(fileName), cause)
  }
}

function refusal(reason: string, cause?: unknown): UdptoolError {
  return new UdptoolError('refused', reason, { operation: 'put', cause })
}
