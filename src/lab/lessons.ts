import type { Lesson } from './lesson.ts'
import { boundaries } from './lessons/boundaries.ts'
import { commandBroken } from './lessons/command-broken.ts'
import { commandFramed } from './lessons/command-framed.ts'
import { concurrency } from './lessons/concurrency.ts'
import { empty } from './lessons/empty.ts'
import { families } from './lessons/families.ts'
import { fragments } from './lessons/fragments.ts'
import { framing } from './lessons/framing.ts'
import { oversize } from './lessons/oversize.ts'
import { segments } from './lessons/segments.ts'
import { sendBuffer } from './lessons/send-buffer.ts'
import { startOrder } from './lessons/start-order.ts'
import { stickyReads } from './lessons/sticky-reads.ts'
import { stickyWrites } from './lessons/sticky-writes.ts'
import { truncation } from './lessons/truncation.ts'
import { unreliable } from './lessons/unreliable.ts'
import { upload } from './lessons/upload.ts'

/** The lessons in the order of the course. */
export const LESSONS: readonly Lesson[] = [
  startOrder,
  boundaries,
  truncation,
  empty,
  stickyWrites,
  stickyReads,
  framing,
  segments,
  sendBuffer,
  unreliable,
  oversize,
  fragments,
  concurrency,
  families,
  commandBroken,
  commandFramed,
  upload,
]
