// Reads RDF with N3.js and prints how many quads and how many graphs it has: node n3.mjs FILE
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const {Parser} = createRequire(process.cwd() + '/')('n3');
const quads = new Parser().parse(readFileSync(process.argv[2], 'utf8'));
console.log(quads.length, new Set(quads.map(quad => quad.graph.value)).size);
