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

/** A complete file in the inbox. */
export interface Stored {
  readonly fileName: string
  readonly size: number
  readonly sha256: string
}

/** Creates a new file under an unpredictable name. An existing file or symbolic link is never opened. */
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** Errors of systems without fsync for folders. */
const NO_FOLDER_SYNC: ReadonlySet<string> = new Set(['EINVAL', 'EISDIR', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EACCES'])

/**
 * The folder of uploads. A file is written under a temporary name, and renamed when it is complete and its digest is right. So a reader
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

  /** Removes partial files of servers that were killed. */
  async clean(): Promise<Removed> {
    try {
      return await removeStalePartials(this.#plan.folder)
    } catch {
      // The folder can be written but not listed.
      return { files: 0, bytes: 0 }
    }
  }

  /**
   * Stores a file. Rejects with an error of the body, with `refused` if the digest is wrong or the name exists, with InboxFullError, or
   * with StorageError if the disk fails. In each case nothing is left of it.
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

  /** Writes the body, and waits until it is on disk, so that a confirmed file survives a power failure. */
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
      // Some file systems report only here that there is no room (close(2)).
      await saved(request, () => file.close())
    } finally {
      if (isOpen) await file.close().catch(() => {})
    }
    return hash.digest('hex')
  }

  /** Replaces a symbolic link of that name itself, as `rename` does. Its target is not changed. */
  async #place(from: string, to: string): Promise<void> {
    if (this.#plan.replace) await rename(from, to)
    else {
      await link(from, to)
      await rm(from, { force: true })
    }
  }

  /** Syncs the folder, so that the name also survives a power failure (fsync(2)). */
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

/** Runs a disk operation. A system error becomes `refused` if the name is taken, else a StorageError. */
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
