import type { LiveFrame } from '../live-row.ts'

/** The server sends something at least every second; after this time without anything it does not answer. */
const SILENCE = 4000

/** Time between two attempts to connect, ms. */
const RETRY = 1000

export interface FeedHandler {
  frame(frame: LiveFrame): void
  /** No data comes any more. Called again as long as that is so. */
  lost(): void
}

/**
 * Follows `events` beside the page. It connects again by itself, also after an answer with which a browser gives up. A hidden page is not connected,
 * because a browser has only six connections to a server (HTTP/1.1).
 */
export function followEvents(handler: FeedHandler): void {
  let source: EventSource | undefined
  let lastAt = performance.now()
  let isLost = false

  const connect = (): void => {
    source?.close()
    const own = new EventSource('events')
    source = own
    lastAt = performance.now()
    own.addEventListener('live', ({ data }: MessageEvent<string>) => {
      if (own !== source) return
      lastAt = performance.now()
      isLost = false
      handler.frame(JSON.parse(data) as LiveFrame)
    })
    own.addEventListener('error', () => {
      if (own === source) lose()
    })
  }
  const lose = (): void => {
    source?.close()
    source = undefined
    isLost = true
    lastAt = performance.now()
    handler.lost()
  }

  setInterval(() => {
    if (document.hidden) return
    const silent = performance.now() - lastAt
    if (source === undefined ? silent >= RETRY : silent >= SILENCE) {
      if (source !== undefined) lose()
      connect()
    } else if (isLost) handler.lost()
  }, 250)
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) lose()
    else if (source === undefined) connect()
  })
  connect()
}
