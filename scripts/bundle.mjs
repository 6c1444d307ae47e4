// Joins the compiled modules into few files: Node needs about half a millisecond per file that it loads, and a command loads hundreds.
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The package's exports, the command line, and modules that tests of the built package import. */
const ENTRIES = ['index', 'wire', 'vitest', 'cli/start', 'engine/kernel-engine']
const TESTED = ['runs/send/plan', 'runs/send/run', 'runs/send/probe-rows']
/** The URL in a module of the script of a thread or process that it starts. */
const SCRIPT = /new URL\('\.\/([^']+)\.js', import\.meta\.url\)/g

/** Bundles the modules of `dist`, the URL of a folder. Without rolldown's native part, an optional package, they stay separate. */
export async function bundle(dist) {
  const rolldown = await import('rolldown').catch(() => undefined)
  if (rolldown === undefined) {
    console.error('not bundled: rolldown is not installed whole, so commands start more slowly')
    return
  }
  const folder = fileURLToPath(dist)
  const modules = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map(name => name.replaceAll('\\', '/'))
    .filter(name => name.endsWith('.js'))
  const bundler = await rolldown.rolldown({
    input: Object.fromEntries(
      [...ENTRIES, ...TESTED, ...modules.flatMap(name => scriptsOf(folder, name))].map(name => [
        name,
        `${folder}${name}.js`,
      ]),
    ),
    platform: 'node',
    external: [/^node:/, /^[@a-z]/],
    treeshake: false,
    plugins: [sameAddress(folder)],
  })
  const fresh = `${folder}bundle/`
  await bundler.write({ dir: fresh, entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' })
  await bundler.close()
  for (const name of modules) rmSync(`${folder}${name}`)
  renameSync(`${fresh}chunks`, `${folder}chunks`)
  for (const name of readdirSync(fresh, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.js')) renameSync(`${fresh}${name}`, `${folder}${name}`)
  rmSync(fresh, { recursive: true })
}

function scriptsOf(folder, name) {
  const source = readFileSync(`${folder}${name}`, 'utf8')
  return [...source.matchAll(SCRIPT)].map(([, script]) => name.replace(/[^/]*$/, script))
}

/** Keeps `import.meta.url` the address of the original module, also in a chunk. */
function sameAddress(folder) {
  return {
    name: 'same-address',
    transform(code, id) {
      const own = `new URL('@dist/${id.slice(folder.length)}', import.meta.url).href`
      return code.includes('import.meta.url') ? code.replaceAll('import.meta.url', own) : undefined
    },
    renderChunk(code, { fileName }) {
      const root = '../'.repeat(fileName.split('/').length - 1) || './'
      return code.replaceAll('@dist/', root)
    },
  }
}
