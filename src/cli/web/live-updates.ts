import type { LiveFeed } from './live-feed.ts'

/** Time between two updates, ms. Above `MANY` targets, less often. */
const UPDATE = 500
const UPDATE_MANY = 1000
const MANY = 100

/** Updates the viewers of a feed from now on. Returns what ends that. */
export function startUpdates(feed: LiveFeed): () => void {
  let timer = setTimeout(update, UPDATE)
  function update(): void {
    const targets = feed.update() ?? 0
    timer = setTimeout(update, targets > MANY ? UPDATE_MANY : UPDATE)
  }
  return () => clearTimeout(timer)
}
