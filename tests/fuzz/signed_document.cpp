// A signed document of any type: its envelope, and the bytes within as if their signature were good.
#include "bundle/batch.hpp"
#include "bundle/head.hpp"
#include "bundle/key_file.hpp"
#include "bundle/manifest.hpp"
#include "fuzz.hpp"

using namespace menshen;
using bundle::DocumentType;

namespace {

template <class Read, class Write>
void there_and_back(std::string_view document, Read read, Write write) {
    const auto value = read(document);
    if (!value) return fuzz::must(!value.error().message.empty(), "a refusal without a word");
    const auto again = write(*value);
    fuzz::must(again && *again == document, "one document, two spellings");
}

void read_as_all(std::string_view document) {
    there_and_back(document, bundle::parse_head, bundle::write_head);
    there_and_back(document, bundle::parse_key_set, bundle::write_key_set);
    there_and_back(document, bundle::parse_manifest, bundle::write_manifest);
    there_and_back(document, bundle::parse_batch, bundle::write_batch);
    there_and_back(document, bundle::parse_ack, bundle::write_ack);
    there_and_back(document, bundle::parse_evidence_ack, bundle::write_evidence_ack);
}

void read_as_key(std::string_view text) {
    const auto key = bundle::parse_public_key(text);
    if (!key) return;
    const auto again = bundle::public_key_text(*key);
    fuzz::must(again == text || again == std::string(text) + "\n", "one key, two spellings");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    read_as_all(text);
    read_as_key(text);
    (void)bundle::parse_secret_key(text).ok();
    for (const auto type : {DocumentType::head, DocumentType::keys, DocumentType::manifest, DocumentType::batch,
                            DocumentType::ack, DocumentType::evidence}) {
        const auto envelope = bundle::parse_signed(type, text);
        if (!envelope) continue;
        fuzz::must(bundle::write_signed(*envelope) == text, "one envelope, two spellings");
        const bundle::ScopeSeen seen{"yard", {}, {}, {}};
        const bundle::KeySet keys{1, 1, {}, {{"k1", {}, {}, UtcTime::max()}}};
        fuzz::must(!bundle::judge_head(*envelope, keys, seen, {}, {}).document, "nobody has signed this");
        read_as_all(envelope->document);
    }
    return 0;
}
