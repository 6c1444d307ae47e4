import { ARRIVALS, observations, PACE } from '../result/observations.ts'
import { LABEL, labelled } from '../text/label.ts'
import { flow } from '../text/wrap.ts'
import type { Page } from './page.ts'

/** Duplicates and foreign datagrams, loss and reordering: one line each. Empty ones are left out. */
export function arrivalLines(page: Page): string[] {
  return lines(page, ARRIVALS)
}

/** Jitter, one-way delay, throughput and pacing: one line each. Empty ones are left out. With --verbose also the evidence. */
export function paceLines(page: Page): string[] {
  return lines(page, PACE)
}

function lines({ result, palette, width, verbose }: Page, topics: Parameters<typeof observations>[0]): string[] {
  return observations(topics, result, verbose).flatMap(([name, pieces]) =>
    flow(pieces, ' · ', width - LABEL).map((line, index) => labelled(index === 0 ? name : '', line, palette)),
  )
}
