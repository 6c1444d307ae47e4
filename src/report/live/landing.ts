import { element, fragment, type Markup } from '../html/markup.ts'
import { pageDocument } from './page-document.ts'
import { ASSETS } from './landing-assets.js'
import { landingHeader, landingTitle } from './landing-header.ts'
import { probeForm } from './landing-form.ts'
import { probesSection } from './landing-probes.ts'
import { searchesSection } from './landing-searches.ts'
import type { LandingState } from './landing-state.ts'
import { targetsSection } from './landing-targets.ts'

/**
 * The landing page of an exporter and its Content-Security-Policy. It has no script, loads nothing and does not refresh itself, which would
 * move the focus and empty the form; the live page follows the targets. Its links are relative, so that it works under a route prefix if its
 * own path ends with a slash.
 */
export function landingPage(state: LandingState): { readonly body: string; readonly policy: string } {
  const content = element('body', {}, landingHeader(state), element('main', {}, sections(state)))
  const policy = [
    "default-src 'none'",
    `style-src '${ASSETS.styleHash}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
  return { body: pageDocument(landingTitle(state), ASSETS.style, content), policy }
}

function sections(state: LandingState): Markup {
  return fragment(targetsSection(state), searchesSection(state), probeForm(state), probesSection(state))
}
