// Validates the objects of a YAML stream on standard input by the schemas of their kinds: required fields, types, formats.
// Prints a line for each; the exit code is 1 if one does not fit or nobody knows its kind.
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

const MODELS = ['kubernetes-models', '@kubernetes-models/prometheus-operator', '@kubernetes-models/cert-manager'];

async function modelOf(object) {
    for (const models of MODELS) {
        try {
            return (await import(`${models}/${object.apiVersion}/${object.kind}`))[object.kind];
        } catch (unknown) {
            // the next one may have it
        }
    }
    throw new Error(`no model of ${object.apiVersion} ${object.kind}`);
}

for (const document of parseAllDocuments(readFileSync(0, 'utf8'))) {
    const object = document.toJS();
    const name = `${object.kind} ${object.metadata?.name}`;
    try {
        const Model = await modelOf(object);
        new Model(object).validate();
        console.log(`${name}: valid`);
    } catch (problem) {
        console.log(`${name}: ${problem.message}`);
        process.exitCode = 1;
    }
}
