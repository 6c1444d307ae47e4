// Makes the manual pages from the same options as --help. `build.mjs` writes them into dist, and their names into package.json, because npm
// installs only pages that are listed there.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'

/** Writes a page for each command. Their date is that of the latest dated entry of the changelog. */
export async function writeManPages(dist) {
  const { createProgram } = await import(new URL('cli/program.js', dist).href)
  const { outlineOf } = await import(new URL('cli/outline.js', dist).href)
  const { everyCommand } = await import(new URL('report/manual/outline.js', dist).href)
  const { manName, renderManPage } = await import(new URL('report/manual/man-page.js', dist).href)
  const manifestFile = new URL('../package.json', import.meta.url)
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'))
  const changes = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8')
  const date = /^## \[[^\]]+\] - (\d{4}-\d\d-\d\d)$/m.exec(changes)?.[1] ?? 'unreleased'
  const program = outlineOf(createProgram(() => {}))
  mkdirSync(new URL('man/', dist))
  const pages = everyCommand(program).map(command => {
    const page = `man/${manName(command)}.1`
    writeFileSync(new URL(page, dist), renderManPage(command, { program, version: manifest.version, date }))
    return `dist/${page}`
  })
  const man = pages.toSorted()
  if (man.join() !== manifest.man.join()) {
    writeFileSync(manifestFile, `${JSON.stringify({ ...manifest, man }, undefined, 2)}\n`)
  }
}
