// What Comunica answers, given nothing but the URL of our endpoint: node comunica.mjs URL QUERY
import {createRequire} from 'node:module';

const require = createRequire(process.cwd() + '/');
const {QueryEngine} = require('@comunica/query-sparql');
const [url, text] = process.argv.slice(2);
const rows = await (await new QueryEngine().queryBindings(text, {sources: [url]})).toArray();
console.log(rows.length);
