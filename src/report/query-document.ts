import type { QueryDocument } from '../verdict/query/query-document.ts'
import { suiteOfQuery } from '../verdict/suite/suite-of-one.ts'
import type { Document } from './document.ts'
import { asSaved } from './formats/json.ts'
import { renderQueryCsv, renderQueryNdjson } from './formats/query-rows.ts'
import { renderQuery } from './terminal/query-table.ts'

/** The document of a query. As a suite, it has one check; its rows are its requests. */
export function queryDocument(measured: QueryDocument): Document {
  const query = asSaved(measured)
  return {
    content: query,
    table: view => [renderQuery(query, view)],
    csv: () => renderQueryCsv(query),
    ndjson: () => renderQueryNdjson(query),
    report: { suite: suiteOfQuery(query) },
    verdict: query.verdict,
  }
}
