import { HTML, TEXT } from '../../http/content-type.ts'
import type { HttpAnswer, HttpRequest, Route } from '../../http/route.ts'
import { liveDetail } from '../../report/live/live-detail.ts'
import { livePage, type LivePageOwner } from '../../report/live/page.ts'
import { targetRow } from '../../report/live/target-row.ts'
import { printableJson } from '../../report/text/safe.ts'
import type { LiveFeed } from './live-feed.ts'
import type { LiveSource } from './live-source.ts'

const JSON_TYPE = 'application/json; charset=utf-8'
/** The routes of every server of a monitor, `watch --web` and `exporter` (docs/watch.md). */
export function monitorRoutes(source: LiveSource, feed: LiveFeed): readonly Route[] {
  return [
    { path: '/targets', answer: () => json({ targets: source.view().targets.map(targetRow) }) },
    { path: '/events', stream: feed.stream },
    { path: '/detail', answer: ({ query }) => detail(source, query) },
    { path: '/-/healthy', answer: () => ({ type: TEXT, body: 'Healthy\n' }) },
    {
      path: '/-/ready',
      answer: () =>
        source.isReady()
          ? { type: TEXT, body: 'Ready\n' }
          : { status: 503, type: TEXT, body: 'Not all targets have been started\n' },
    },
  ]
}

/** The live page, whose script asks for `/events` and `/detail` beside this path. */
export function livePageRoute(path: string, owner: LivePageOwner): Route {
  const { body, policy } = livePage(owner)
  return { path, answer: () => ({ type: HTML, body, policy }) }
}

function detail(source: LiveSource, query: HttpRequest['query']): HttpAnswer {
  const [target, module, size] = [query.get('target'), query.get('module'), query.get('size')]
  const since = Number(query.get('since') ?? '0')
  if (target === null || module === null || !Number.isFinite(since))
    return { status: 400, type: TEXT, body: 'Give target and module, size if the row has one, and since in ms\n' }
  const view = source.view()
  const found = view.targets.find(
    each =>
      each.target === target && each.module === module && (each.size === undefined ? null : String(each.size)) === size,
  )
  // No 404: a page may ask in the moment in which its target is removed, and a browser reports each 404 as an error.
  if (found === undefined) return json(null)
  return json(liveDetail(found, source.history(found, since), view))
}

function json(document: unknown): HttpAnswer {
  return { type: JSON_TYPE, body: `${printableJson(JSON.stringify(document))}\n` }
}
