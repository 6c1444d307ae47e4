import type { ServerResponse } from 'node:http'

/** Frames that a viewer may miss in a row before it is disconnected. */
const MOST_MISSED = 30

/** Time after which a browser connects again, ms. */
const RETRY = 1000

export interface EventStreamPlan {
  /** Further viewers get 503. */
  readonly maxViewers: number
  /** Events that bring a viewer up to date, when it connects and after it has missed frames. */
  readonly whole: () => string
}

interface Viewer {
  /** The last frame has not left this process yet. */
  isFull: boolean
  /** Frames that were not written because of it. */
  missed: number
}

/** An event of Server-Sent Events (WHATWG HTML §9.2). JSON has no line breaks, so its data is one line. Without a name it is a `message`. */
export function eventText(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`
}

/**
 * Server-Sent Events for a bounded number of viewers. A frame is written only if less than the buffer of the stream waits (16 KiB, from
 * Node 22 on 64 KiB): a viewer that does not read misses frames, then gets the whole state again, and is disconnected if it does not read at
 * all.
 */
export class EventStream {
  readonly #plan: EventStreamPlan
  readonly #viewers = new Map<ServerResponse, Viewer>()
  #isClosed = false

  constructor(plan: EventStreamPlan) {
    this.#plan = plan
  }

  /** Number of connected viewers. */
  get viewers(): number {
    return this.#viewers.size
  }

  /** Whether one more viewer fits. */
  get hasRoom(): boolean {
    return !this.#isClosed && this.#viewers.size < this.#plan.maxViewers
  }

  /** Adds a viewer, whose headers are set but not sent. */
  add(response: ServerResponse): void {
    const viewer: Viewer = { isFull: false, missed: 0 }
    this.#viewers.set(response, viewer)
    response.on('close', () => this.#viewers.delete(response))
    response.on('drain', () => (viewer.isFull = false))
    response.writeHead(200)
    viewer.isFull = !response.write(`retry: ${RETRY}\n\n${this.#plan.whole()}`)
  }

  /** Sends events to each viewer that has read the last ones. */
  send(frame: string): void {
    let whole: Buffer | undefined
    // All viewers share the bytes.
    const bytes = Buffer.from(frame)
    for (const [response, viewer] of this.#viewers) {
      if (viewer.isFull) {
        viewer.missed += 1
        if (viewer.missed > MOST_MISSED) response.destroy()
        continue
      }
      if (viewer.missed > 0) whole ??= Buffer.from(this.#plan.whole())
      viewer.isFull = !response.write(viewer.missed > 0 ? whole : bytes)
      viewer.missed = 0
    }
  }

  /** Ends all viewers. */
  close(): void {
    this.#isClosed = true
    for (const [response, { isFull }] of this.#viewers) {
      if (isFull) response.destroy()
      else response.end()
    }
  }
}
