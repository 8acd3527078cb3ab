// Where no fuzzer is linked: every file of the folders named, and every beginning of the small ones, through the
// target.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fuzz.hpp"

namespace {

constexpr std::size_t small = 2048;  // bytes

void feed(const std::string& bytes, std::size_t size) {
    const std::string exact(bytes, 0, size);  // so that a sanitizer sees a step beyond its end
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(exact.data()), exact.size());
}

int replay(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (bytes.size() <= small) {
        for (std::size_t size = 0; size < bytes.size(); ++size) feed(bytes, size);
    }
    feed(bytes, bytes.size());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    int files = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) files += replay(entry.path());
    }
    std::printf("%d files\n", files);
    return files > 0 ? 0 : 1;
}
