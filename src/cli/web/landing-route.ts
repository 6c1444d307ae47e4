import type { Route } from '../../http/route.ts'
import { landingPage } from '../../report/live/landing.ts'
import type { LandingState } from '../../report/live/landing-state.ts'

/** The landing page of an exporter. `state` returns what it shows now. */
export function landingRoute(state: () => LandingState): Route {
  return {
    path: '/',
    answer: () => ({ type: 'text/html; charset=utf-8', ...landingPage(state()) }),
  }
}
